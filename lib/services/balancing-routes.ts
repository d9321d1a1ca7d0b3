import type { Route } from '../platform/http/route.ts';
import { loadBalancerRoutes } from './load-balancers/routes.ts';
import type { LoadBalancers } from './load-balancers/service.ts';

/** What the routes of load balancers need. */
export interface BalancingServices {
  loadBalancers: LoadBalancers;
}

/** The routes of load balancers. The network function serves them too, but loads them when one is first asked for. */
export const balancingRoutes: readonly Route<BalancingServices>[] = [...loadBalancerRoutes];
