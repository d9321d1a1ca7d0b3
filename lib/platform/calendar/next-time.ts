import { Cron } from 'croner';
import { firstInstantOf, wallAt } from './time-zone.ts';

const minuteMilliseconds = 60_000;
/** No zone changes its clocks twice within a day. */
const dayMilliseconds = 24 * 60 * minuteMilliseconds;
/** More than clocks are ever put back by. */
const changeMilliseconds = 3 * 60 * minuteMilliseconds;

/** croner counts in UTC, where no time is skipped and none comes twice: zones are ours. */
const inUtc = { mode: '5-part', utcOffset: 0 } as const;

const isEveryHour = (expression: string): boolean => {
  const trimmed = expression.trim();
  return trimmed.toLowerCase() === '@hourly' || /^(?:\*|\?)(?:\/1)?$/.test(trimmed.split(/\s+/)[1] ?? '');
};

/**
 * When a cron expression falls due next after a time, in milliseconds; `undefined` where it never does again.
 *
 * Where clocks go forward, a time that they skip falls due in that moment; where they go back, one that comes twice falls due
 * the first time. An expression of every hour keeps to the hours that there are: none is made up for, and none left out.
 * @throws Error for what is no expression
 */
export const nextTime = (expression: string, timeZone: string, after: number): number | undefined => {
  const cron = new Cron(expression, inUtc);
  const wallAfter = (wall: number): number | undefined => cron.nextRun(new Date(wall))?.getTime();

  const scan = (from: number, until: number): number | undefined => {
    for (let instant = from; instant <= until; instant += minuteMilliseconds) {
      const wall = wallAt(timeZone, instant);
      if (wallAfter(wall - 1_000) === wall) return instant;
    }
    return undefined;
  };

  const now = wallAt(timeZone, after);
  const nextMinute = (Math.floor(after / minuteMilliseconds) + 1) * minuteMilliseconds;
  if (!isEveryHour(expression)) {
    for (let wall = wallAfter(now); wall !== undefined; wall = wallAfter(wall)) {
      const instant = firstInstantOf(timeZone, wall);
      if (instant > after) return instant;
    }
    return undefined;
  }
  const wall = wallAfter(now);
  if (wall === undefined) return undefined;
  const first = firstInstantOf(timeZone, wall);
  const clocksStay = wall - now === first - Math.floor(after / 1_000) * 1_000;
  if (first > after && clocksStay && first - after < dayMilliseconds) return first;
  // The clocks change in between, or it is far: minute by minute, around where they might, and around the next wall time.
  const near = scan(nextMinute, nextMinute + changeMilliseconds);
  if (near !== undefined) return near;
  return scan(Math.max(nextMinute, first - changeMilliseconds), first + changeMilliseconds);
};
