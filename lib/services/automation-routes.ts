import type { Route } from '../platform/http/route.ts';
import type { GroupMembers } from './autoscaling/members.ts';
import { scalingGroupRoutes } from './autoscaling/routes.ts';
import { scalingRuleRoutes } from './autoscaling/rule-routes.ts';
import type { ScalingRules } from './autoscaling/rules.ts';
import type { ScalingGroups } from './autoscaling/service.ts';
import { batchJobRoutes } from './batch-jobs/routes.ts';
import type { BatchJobs } from './batch-jobs/service.ts';
import { circuitBreakerRoutes } from './circuit-breakers/routes.ts';
import type { CircuitBreakers } from './circuit-breakers/service.ts';
import { driftRoutes } from './drift/routes.ts';
import type { Drift } from './drift/service.ts';

/** What the routes of scaling groups, batch jobs and the drift report need. */
export interface AutomationServices {
  scalingGroups: ScalingGroups;
  groupMembers: GroupMembers;
  scalingRules: ScalingRules;
  batchJobs: BatchJobs;
  circuitBreakers: CircuitBreakers;
  drift: Drift;
}

/** The routes of the automation function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const automationRoutes: readonly Route<AutomationServices>[] = [
  ...scalingGroupRoutes,
  ...scalingRuleRoutes,
  ...batchJobRoutes,
  ...circuitBreakerRoutes,
  ...driftRoutes,
];
