import type { Route } from '../platform/http/route.ts';
import type { GroupMembers } from './autoscaling/members.ts';
import { scalingGroupRoutes } from './autoscaling/routes.ts';
import { scalingRuleRoutes } from './autoscaling/rule-routes.ts';
import type { ScalingRules } from './autoscaling/rules.ts';
import type { ScalingGroups } from './autoscaling/service.ts';

/** What the routes of scaling groups need. */
export interface AutomationServices {
  scalingGroups: ScalingGroups;
  groupMembers: GroupMembers;
  scalingRules: ScalingRules;
}

/** The routes of scaling groups. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const automationRoutes: readonly Route<AutomationServices>[] = [
  ...scalingGroupRoutes,
  ...scalingRuleRoutes,
];
