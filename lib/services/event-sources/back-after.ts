import type { QueueRecord } from '../queues/service.ts';

/** What has failed counts among what is being dealt with until it is back: it must not hold up the rest for hours. */
const longestSeconds = 900;

/** Seconds after which a message that a function has failed with comes back: its queue's visibility timeout, within bounds. */
export const backAfterSeconds = ({ visibility_timeout }: Pick<QueueRecord, 'visibility_timeout'>): number =>
  Math.min(visibility_timeout, longestSeconds);
