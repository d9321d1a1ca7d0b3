import type { Step } from '../../platform/lifecycle/types.ts';
import type { VolumeRecord } from './record.ts';

/** EBS shows what it was asked for within this time. EC2 is eventually consistent:
 *  https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html */
export const consistencyMilliseconds = 60_000;

/** Most steps take EBS a moment; some, a machine's boot or a mounted disk among them, take their time. */
const shortestMilliseconds = 100;
const longestMilliseconds = 15_000;

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** How long the present step is under way. */
export const elapsed = (
  { asked_at, created_at }: Pick<VolumeRecord, 'asked_at' | 'created_at'>,
  now: number,
): number => now - Date.parse(asked_at ?? created_at);

/** Looks again later the longer it already took. */
export const growing = (sinceMilliseconds: number, longest = longestMilliseconds): number =>
  Math.min(Math.max(Math.round(sinceMilliseconds / 2), shortestMilliseconds), longest);

export const wait = (
  wanted: VolumeRecord,
  now: number,
  reason: string,
  longest?: number,
): Step<VolumeRecord> => ({ do: 'wait', milliseconds: growing(elapsed(wanted, now), longest), reason });

/** Right after a call: the next look comes soon, and then later and later. */
export const soonMilliseconds = shortestMilliseconds;
