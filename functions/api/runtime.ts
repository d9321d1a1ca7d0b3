import { composeRuntime } from '../../lib/app/runtime.ts';
import { serve } from '../../lib/app/serve.ts';
import { runtimeRoutes } from '../../lib/services/runtime-routes.ts';

export const handler = serve('api-runtime', runtimeRoutes, composeRuntime);
