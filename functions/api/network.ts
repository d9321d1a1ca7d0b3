import { apart } from '../../lib/app/apart.ts';
import { composeNetwork } from '../../lib/app/network.ts';
import { serve } from '../../lib/app/serve.ts';
import { networkRoutes } from '../../lib/services/network-routes.ts';

export const handler = apart(serve('api-network', networkRoutes, composeNetwork), {
  '/lb': () => import('../../lib/app/serve-balancing.ts'),
  '/security-groups': () => import('../../lib/app/serve-security-groups.ts'),
});
