import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';
import { isTimeZone, maxCronLength, mayFall } from './due.ts';
import { integer, maxInstances } from './schema.ts';

export const MetricType = z.enum(['cpu', 'memory']);
export type MetricType = z.infer<typeof MetricType>;

/** They are kept in their group's record. */
export const maxPolicies = 10;
export const maxScheduledActions = 10;

/** A scaling policy, as the contract shows it (2.9). */
export const Policy = z.object({
  id: z.string(),
  scaling_group_id: z.string(),
  name: z.string(),
  metric_type: MetricType,
  /** Percent, averaged over the group's instances. */
  target_value: z.number(),
  scale_out_step: z.int(),
  scale_in_step: z.int(),
  cooldown_sec: z.int(),
  last_scaled_at: z.optional(z.string()),
});
export type Policy = z.infer<typeof Policy>;

export const CreatePolicy = z.object({
  name: ResourceName,
  metric_type: MetricType,
  target_value: z.number().check(z.gt(0), z.lte(100)),
  scale_out_step: integer(1, maxInstances),
  scale_in_step: integer(1, maxInstances),
  /** At least a minute: metrics come no more often. At most a day. */
  cooldown_sec: integer(60, 86_400),
});
export type CreatePolicy = z.infer<typeof CreatePolicy>;

/** A change of a group's size at a time, beyond the contract. */
export const ScheduledAction = z.object({
  id: z.string(),
  scaling_group_id: z.string(),
  name: z.string(),
  /** Either a cron expression in a time zone, … */
  cron: z.optional(z.string()),
  time_zone: z.optional(z.string()),
  /** … or one time, RFC 3339. */
  at: z.optional(z.string()),
  min_instances: z.optional(z.int()),
  max_instances: z.optional(z.int()),
  desired_count: z.optional(z.int()),
  next_run_at: z.string(),
  last_run_at: z.optional(z.string()),
});
export type ScheduledAction = z.infer<typeof ScheduledAction>;

export const CreateScheduledAction = z
  .strictObject({
    name: ResourceName,
    /** Five fields; day of month and day of week together: either. */
    cron: z.optional(
      z
        .string()
        .check(
          z.maxLength(maxCronLength),
          z.refine(mayFall, 'must be a cron expression of five fields that falls due some time'),
        ),
    ),
    time_zone: z.optional(
      z
        .string()
        .check(z.maxLength(64), z.refine(isTimeZone, 'must be a time zone, for example Europe/Berlin')),
    ),
    at: z.optional(z.iso.datetime({ offset: true })),
    min_instances: z.optional(integer(0, maxInstances)),
    max_instances: z.optional(integer(1, maxInstances)),
    desired_count: z.optional(integer(0, maxInstances)),
  })
  .check(
    z.refine(({ cron, at }) => (cron === undefined) !== (at === undefined), {
      path: ['cron'],
      message: 'either cron or at must be given',
    }),
    z.refine(({ time_zone, cron }) => time_zone === undefined || cron !== undefined, {
      path: ['time_zone'],
      message: 'goes with cron alone',
    }),
    z.refine(
      ({ min_instances, max_instances, desired_count }) =>
        min_instances !== undefined || max_instances !== undefined || desired_count !== undefined,
      { path: ['desired_count'], message: 'min_instances, max_instances or desired_count must be given' },
    ),
    z.refine(({ min_instances = 0, max_instances = maxInstances }) => min_instances <= max_instances, {
      path: ['min_instances'],
      message: 'must not be more than max_instances',
    }),
    z.refine(
      ({ min_instances = 0, max_instances = maxInstances, desired_count = min_instances }) =>
        desired_count >= min_instances && desired_count <= max_instances,
      { path: ['desired_count'], message: 'must lie within min_instances and max_instances' },
    ),
  );
export type CreateScheduledAction = z.infer<typeof CreateScheduledAction>;

export const ScheduledActionParams = z.object({ id: IdParam, actionId: IdParam });
