import type { Route } from '../platform/http/route.ts';
import { loadBalancerRoutes } from './load-balancers/routes.ts';
import type { LoadBalancers } from './load-balancers/service.ts';
import { securityGroupRoutes } from './security-groups/routes.ts';
import type { SecurityGroups } from './security-groups/service.ts';
import { subnetRoutes } from './subnets/routes.ts';
import type { Subnets } from './subnets/service.ts';
import { vpcRoutes } from './vpcs/routes.ts';
import type { Vpcs } from './vpcs/service.ts';

/** What the routes of the network function need. */
export interface NetworkServices {
  vpcs: Vpcs;
  subnets: Subnets;
  securityGroups: SecurityGroups;
  loadBalancers: LoadBalancers;
}

/** The routes of the network function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const networkRoutes: readonly Route<NetworkServices>[] = [
  ...vpcRoutes,
  ...subnetRoutes,
  ...securityGroupRoutes,
  ...loadBalancerRoutes,
];
