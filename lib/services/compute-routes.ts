import type { Route } from '../platform/http/route.ts';
import type { Quotas } from '../platform/store/types.ts';
import { instanceRoutes } from './instances/routes.ts';
import type { Instances } from './instances/service.ts';
import { quotaRoutes } from './quotas/routes.ts';

/** What the routes of the compute function need. */
export interface ComputeServices {
  instances: Instances;
  quotas: Quotas;
}

/** The routes of the compute function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const computeRoutes: readonly Route<ComputeServices>[] = [...instanceRoutes, ...quotaRoutes];
