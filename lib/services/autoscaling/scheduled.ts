import { nextTime } from './due.ts';
import type { ScalingGroupRecord, ScheduledRecord } from './record.ts';

type Sizes = Pick<ScalingGroupRecord, 'min_instances' | 'max_instances' | 'desired_count'>;

const clamped = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);

/** Sizes that fit together: where only one bound was given, the other gives way, and the count lies within them. */
export const sizesAfter = (
  before: Sizes,
  { min_instances, max_instances, desired_count }: Partial<Sizes>,
): Sizes => {
  const least = min_instances ?? Math.min(before.min_instances, max_instances ?? before.min_instances);
  const most = max_instances ?? Math.max(before.max_instances, least);
  return {
    min_instances: least,
    max_instances: most,
    desired_count: clamped(desired_count ?? before.desired_count, least, most),
  };
};

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** When an action falls due next after a time; `undefined` where it never does again. */
export const nextRunOf = (
  { cron, time_zone = 'UTC', at }: Pick<ScheduledRecord, 'cron' | 'time_zone' | 'at'>,
  after: number,
): string | undefined => {
  if (cron === undefined) return at;
  const next = nextTime(cron, time_zone, after);
  return next === undefined ? undefined : iso(next);
};

export interface ScheduledChange {
  sizes: Sizes;
  /** The actions that are left, with their next times: one that falls due once is gone. */
  scheduled: ScheduledRecord[];
  cause: string;
}

/**
 * What the actions that are due come to, in the order of their times; one that was missed several times runs once.
 * `undefined` where none is due. Pure.
 */
export const runDue = (
  group: Sizes & Pick<ScalingGroupRecord, 'scheduled'>,
  now: number,
): ScheduledChange | undefined => {
  const due = group.scheduled
    .filter(({ next_run_at }) => Date.parse(next_run_at) <= now)
    .sort((a, b) => Date.parse(a.next_run_at) - Date.parse(b.next_run_at));
  if (due.length === 0) return undefined;
  const scheduled = group.scheduled.flatMap((action): ScheduledRecord[] => {
    if (!due.includes(action)) return [action];
    const next_run_at = action.cron === undefined ? undefined : nextRunOf(action, now);
    return next_run_at ? [{ ...action, next_run_at, last_run_at: iso(now) }] : [];
  });
  const { min_instances, max_instances, desired_count } = group;
  return {
    sizes: due.reduce<Sizes>(sizesAfter, { min_instances, max_instances, desired_count }),
    scheduled,
    cause: due.map(({ name }) => `scheduled action ${name}`).join('; '),
  };
};

/** When the next of the actions falls due, in milliseconds. */
export const nextDue = ({ scheduled }: Pick<ScalingGroupRecord, 'scheduled'>): number | undefined =>
  scheduled.length === 0
    ? undefined
    : Math.min(...scheduled.map(({ next_run_at }) => Date.parse(next_run_at)));
