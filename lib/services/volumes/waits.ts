import { growingWait } from '../../platform/lifecycle/poll.ts';
import type { Step } from '../../platform/lifecycle/types.ts';
import type { VolumeRecord } from './record.ts';

/** Most steps take EBS a moment; some, a machine's boot or a mounted disk among them, take their time. */
const longestMilliseconds = 15_000;

export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** How long the present step is under way. */
export const elapsed = (
  { asked_at, created_at }: Pick<VolumeRecord, 'asked_at' | 'created_at'>,
  now: number,
): number => now - Date.parse(asked_at ?? created_at);

export const wait = (
  wanted: VolumeRecord,
  now: number,
  reason: string,
  longest = longestMilliseconds,
): Step<VolumeRecord> => ({ do: 'wait', milliseconds: growingWait(elapsed(wanted, now), longest), reason });
