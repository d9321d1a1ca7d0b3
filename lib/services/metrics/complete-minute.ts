import type { MinuteReadings } from './backend.ts';
import { type GroupSamples, minuteOf, type Reading } from './group-samples.ts';
import type { Member } from './members.ts';

/**
 * The newest minute of which as many members as of any other were measured: CloudWatch may show one machine's minute
 * before another's, and a half seen group must not be taken for the whole. Undefined where nothing was measured.
 */
export const completeMinute = (
  members: readonly Member[],
  readings: ReadonlyMap<string, MinuteReadings | Error>,
): GroupSamples | undefined => {
  const byMinute = new Map<number, Record<string, Reading>>();
  for (const { instance, machineId } of members) {
    const found = readings.get(machineId);
    if (!found || found instanceof Error) continue;
    for (const [minute, reading] of found)
      byMinute.set(minute, { ...byMinute.get(minute), [instance]: reading });
  }
  const weightOf = (samples: Record<string, Reading>): number =>
    Object.values(samples).reduce((sum, reading) => sum + Object.keys(reading).length, 0);
  const [best] = [...byMinute].sort(([a, ofA], [b, ofB]) => weightOf(ofB) - weightOf(ofA) || b - a);
  return best && { minute: minuteOf(best[0]), samples: best[1] };
};
