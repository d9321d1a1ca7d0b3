import { balancingRoutes } from '../services/balancing-routes.ts';
import { composeBalancing } from './balancing.ts';
import { serve } from './serve.ts';

/** The part of the network function that serves load balancers. */
export const handler = serve('api-network', balancingRoutes, composeBalancing);
