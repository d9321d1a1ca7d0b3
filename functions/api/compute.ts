import { composeCompute } from '../../lib/app/compute.ts';
import { serve } from '../../lib/app/serve.ts';
import { computeRoutes } from '../../lib/services/compute-routes.ts';

export const handler = serve('api-compute', computeRoutes, composeCompute);
