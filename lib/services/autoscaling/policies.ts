import type { GroupSamples } from '../metrics/service.ts';
import { currentCount, isSettled, type PolicyRecord, type ScalingGroupRecord } from './record.ts';

/** Contract section 5: so far below its target an average must lie before a policy scales in. */
export const hysteresisPercent = 10;

/** Measurements older than this say nothing about now. */
export const freshMilliseconds = 5 * 60_000;

const minuteMilliseconds = 60_000;

type Group = Pick<
  ScalingGroupRecord,
  | 'members'
  | 'policies'
  | 'desired_count'
  | 'min_instances'
  | 'max_instances'
  | 'open_activities'
  | 'scaled_at'
>;

/** What the policies of a group come to. */
export interface Verdict {
  desired: number;
  /** Ids of the policies that wanted it so. */
  fired: readonly string[];
  cause: string;
}

/** The members that must have been measured: those that were in service when the minute began. */
const measuredMembers = ({ members }: Group, minute: number): string[] =>
  Object.entries(members).flatMap(([id, { in_service_at, leaving }]) =>
    in_service_at && !leaving && Date.parse(in_service_at) <= minute ? [id] : [],
  );

/** The average of a metric over all members in service; `undefined` where one was not measured: it is not zero. */
const average = (
  group: Group,
  { minute, samples }: GroupSamples,
  metric: PolicyRecord['metric_type'],
): number | undefined => {
  const values = measuredMembers(group, Date.parse(minute)).map((id) => samples[id]?.[metric]);
  if (values.length === 0 || values.some((value) => value === undefined)) return undefined;
  return (values as number[]).reduce((sum, value) => sum + value, 0) / values.length;
};

const coolsDown = ({ last_scaled_at, cooldown_sec }: PolicyRecord, now: number): boolean =>
  last_scaled_at !== undefined && now < Date.parse(last_scaled_at) + cooldown_sec * 1_000;

/**
 * The count that a policy scales in to: its whole step, or as much of it as leaves the others no more than their target when
 * they take over the load. So a steady load never makes a group shrink only to grow again.
 */
const scaledIn = (
  count: number,
  least: number,
  mean: number,
  { target_value, scale_in_step }: PolicyRecord,
): number => {
  for (let to = Math.max(least, count - scale_in_step); to < count; to++)
    if (to === 0 || (mean * count) / to <= target_value) return to;
  return count;
};

/** What one policy wants; the count itself where it has nothing to say. */
const wantedBy = (policy: PolicyRecord, group: Group, samples: GroupSamples, now: number) => {
  const count = currentCount(group);
  const mean = average(group, samples, policy.metric_type);
  if (mean === undefined || coolsDown(policy, now)) return { policy, mean, wanted: count };
  if (mean > policy.target_value)
    return { policy, mean, wanted: Math.min(group.max_instances, count + policy.scale_out_step) };
  if (mean < policy.target_value - hysteresisPercent && count > group.min_instances)
    return { policy, mean, wanted: scaledIn(count, group.min_instances, mean, policy) };
  return { policy, mean, wanted: count };
};

/** Whether a minute lies after the group's latest change of size, and not too long ago. */
const says = ({ scaled_at }: Group, { minute }: GroupSamples, now: number): boolean => {
  const begin = Date.parse(minute);
  return (
    now - begin <= freshMilliseconds + minuteMilliseconds &&
    (scaled_at === undefined || begin >= Date.parse(scaled_at))
  );
};

/**
 * What the policies of a group want, given the newest minute that was measured: the largest of the capacities that they
 * want, so a scale-in needs all of them to agree. Nothing while the latest change of size is under way or was not measured
 * yet, and nothing where a member was not measured: no data means hold. Pure.
 */
export const evaluate = (
  group: Group,
  samples: GroupSamples | undefined,
  now: number,
): Verdict | undefined => {
  if (!samples || group.policies.length === 0 || !isSettled(group) || !says(group, samples, now))
    return undefined;
  const count = currentCount(group);
  const votes = group.policies.map((policy) => wantedBy(policy, group, samples, now));
  const desired = Math.max(...votes.map(({ wanted }) => wanted));
  // A group that can not shrink, for its instances are protected, need not be told again.
  if (desired === count || (desired < count && group.desired_count < count)) return undefined;
  const agreeing = votes.filter(({ wanted }) => (desired > count ? wanted === desired : wanted < count));
  const reasons = agreeing.map(
    ({ policy: { name, metric_type, target_value }, mean = 0 }) =>
      `policy ${name}: ${metric_type} ${mean.toFixed(1)} % ${desired > count ? 'above' : 'below'} ${target_value} %`,
  );
  return { desired, fired: agreeing.map(({ policy }) => policy.id), cause: reasons.join('; ') };
};
