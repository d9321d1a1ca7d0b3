import type { Route } from '../platform/http/route.ts';
import { subnetRoutes } from './subnets/routes.ts';
import type { Subnets } from './subnets/service.ts';
import { vpcRoutes } from './vpcs/routes.ts';
import type { Vpcs } from './vpcs/service.ts';

/** What the routes of VPCs and subnets need. */
export interface NetworkServices {
  vpcs: Vpcs;
  subnets: Subnets;
}

/** The routes of VPCs and subnets. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const networkRoutes: readonly Route<NetworkServices>[] = [...vpcRoutes, ...subnetRoutes];
