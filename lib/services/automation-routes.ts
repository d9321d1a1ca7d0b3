import type { Route } from '../platform/http/route.ts';
import { scalingGroupRoutes } from './autoscaling/routes.ts';
import type { ScalingGroups } from './autoscaling/service.ts';

/** What the routes of scaling groups need. */
export interface AutomationServices {
  scalingGroups: ScalingGroups;
}

/** The routes of scaling groups. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const automationRoutes: readonly Route<AutomationServices>[] = [...scalingGroupRoutes];
