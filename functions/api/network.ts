import { composeNetwork } from '../../lib/app/network.ts';
import { serve } from '../../lib/app/serve.ts';
import { networkRoutes } from '../../lib/services/network-routes.ts';

export const handler = serve('api-network', networkRoutes, composeNetwork);
