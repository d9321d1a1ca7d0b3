import type { Reconciled } from '../table/resource.ts';

/** How long something may be overdue, though it was sent again every two minutes, before a person is told. */
export const stuckMilliseconds = 15 * 60_000;

type Times = Pick<Reconciled, 'updated_at' | 'next_attempt_at'>;

/**
 * Since when nothing has come of a record that is due, in milliseconds since the epoch: it was last written then, or was to
 * be looked at. What re-queues it leaves both times alone.
 */
export const waitsSince = ({ updated_at, next_attempt_at }: Times): number =>
  Math.max(Date.parse(updated_at), next_attempt_at ? Date.parse(next_attempt_at) : 0);

/** Whether a record that is due needs a person. @param now milliseconds since the epoch */
export const isStuck = (record: Times, now: number): boolean => now - waitsSince(record) > stuckMilliseconds;
