import type { Route } from '../platform/http/route.ts';
import { securityGroupRoutes as routes } from './security-groups/routes.ts';
import type { SecurityGroups } from './security-groups/service.ts';

/** What the routes of security groups need. */
export interface SecurityGroupServices {
  securityGroups: SecurityGroups;
}

/** The routes of security groups. The network function serves them too, but loads them when one is first asked for. */
export const securityGroupRoutes: readonly Route<SecurityGroupServices>[] = [...routes];
