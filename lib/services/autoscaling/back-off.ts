import type { Change } from '../../platform/lifecycle/types.ts';
import { beginActivity, endActivities } from './activities.ts';
import { currentCount, type ScalingGroupRecord } from './record.ts';
import type { Moment } from './resize.ts';

type Group = ScalingGroupRecord;

/** Contract section 5: so many failures in a row … */
export const maxFailures = 5;
/** … pause launching for so long after the last of them. */
export const pauseMilliseconds = 300_000;
/** Before that, each is followed by another try in the rhythm of the contract's tick. */
export const retryMilliseconds = 10_000;

/** When a group may launch again, in milliseconds; 0 where nothing failed. */
export const launchesFrom = ({
  failure_count,
  last_failure_at,
}: Pick<Group, 'failure_count' | 'last_failure_at'>): number => {
  if (failure_count === 0 || last_failure_at === undefined) return 0;
  const wait = failure_count >= maxFailures ? pauseMilliseconds : retryMilliseconds;
  return Date.parse(last_failure_at) + wait;
};

/** What a failed launch changes: the count of failures, and at the fifth the end of what was under way. */
export const failedLaunch = (group: Group, reason: string, { now, newId }: Moment): Change<Group> => {
  const failure_count = group.failure_count + 1;
  const gaveUp = failure_count >= maxFailures;
  const told = failure_count === maxFailures || group.failure_count === 0;
  const failed = {
    id: newId(),
    cause: 'launch',
    from: currentCount(group),
    to: group.desired_count,
    outcome: 'failed' as const,
    reason,
  };
  return {
    set: {
      failure_count,
      last_failure_at: new Date(now).toISOString(),
      last_failure: reason,
      ...(gaveUp && { open_activities: [] }),
    },
    extra: [
      ...(gaveUp ? endActivities(group, group.open_activities, 'failed', now, reason) : []),
      ...(told ? [beginActivity(group, failed, now)] : []),
    ],
  };
};
