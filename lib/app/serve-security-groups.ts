import { securityGroupRoutes } from '../services/security-group-routes.ts';
import { composeSecurityGroups } from './security-groups.ts';
import { serve } from './serve.ts';

/** The part of the network function that serves security groups. */
export const handler = serve('api-network', securityGroupRoutes, composeSecurityGroups);
