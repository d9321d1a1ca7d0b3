import { nextTime } from '../../../platform/calendar/next-time.ts';
import type { Schedule } from './parse.ts';

/** So many times that were missed are counted one by one; more count as so many. */
export const maxCounted = 1_000;

/**
 * When a schedule falls due next after a time, in milliseconds; `undefined` where it never does again.
 * @param anchor when an interval is counted from: one of its times
 */
export const nextDue = (schedule: Schedule, after: number, anchor: number): number | undefined => {
  if ('calendar' in schedule) return nextTime(schedule.calendar, schedule.timeZone, after);
  const interval = schedule.everySeconds * 1_000;
  return anchor > after ? anchor : anchor + (Math.floor((after - anchor) / interval) + 1) * interval;
};

export interface Fallen {
  /** Milliseconds; `undefined` where it never falls due again. */
  next: number | undefined;
  /** Times after `due` up to now, whose runs are not made up for. */
  missed: number;
}

/** What follows once a time has fallen due: the first one that lies ahead, and how many lie between. */
export const fallenDue = (schedule: Schedule, due: number, now: number): Fallen => {
  if ('everySeconds' in schedule) {
    const missed = Math.max(0, Math.floor((now - due) / (schedule.everySeconds * 1_000)));
    return { next: nextDue(schedule, Math.max(now, due), due), missed };
  }
  let missed = 0;
  let next = nextDue(schedule, due, due);
  while (next !== undefined && next <= now && missed < maxCounted) {
    missed++;
    next = nextDue(schedule, next, due);
  }
  return { next: next !== undefined && next <= now ? nextDue(schedule, now, due) : next, missed };
};
