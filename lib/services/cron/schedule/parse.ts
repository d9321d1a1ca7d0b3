import { isTimeZone } from '../../../platform/calendar/time-zone.ts';
import { calendarOf, ScheduleError } from './fields.ts';
import { parseGoDuration } from './go-duration.ts';

export { ScheduleError } from './fields.ts';

/** When a job is due: at times of a calendar, or again and again after an interval. */
export type Schedule =
  | {
      /** Five fields, each `*` or a list of numbers. */
      calendar: string;
      timeZone: string;
    }
  | {
      /** Whole seconds, 10 or more. */
      everySeconds: number;
    };

const descriptors: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/** How often the contract's worker looks for what is due (section 5): nothing runs more often. */
const leastSeconds = 10;

const prefix = /^(?:CRON_)?TZ=(\S*)\s*(.*)$/s;

const everyOf = (duration: string): Schedule => {
  const milliseconds = parseGoDuration(duration);
  if (milliseconds === undefined || milliseconds <= 0)
    throw new ScheduleError('@every takes a duration above zero, such as 90s or 1h30m');
  return { everySeconds: Math.max(leastSeconds, Math.floor(milliseconds / 1_000)) };
};

/**
 * Reads a schedule of contract 2.13: five fields, `@daily` and the like, `@every` with a Go duration (parts of a second are
 * left out, and ten seconds are the least), each with `TZ=` or `CRON_TZ=` before it, or else in UTC.
 * @throws ScheduleError
 */
export const parseSchedule = (text: string): Schedule => {
  const [, zone, rest] = prefix.exec(text.trim()) ?? [undefined, 'UTC', text];
  const timeZone = zone ?? 'UTC';
  const wanted = (rest ?? '').trim();
  if (!isTimeZone(timeZone))
    throw new ScheduleError(`${JSON.stringify(timeZone)} is not a time zone of the IANA database`);
  const every = /^@every\s+(.*)$/s.exec(wanted);
  if (every) return everyOf((every[1] ?? '').trim());
  if (!wanted.startsWith('@')) return { calendar: calendarOf(wanted), timeZone };
  const calendar = Object.hasOwn(descriptors, wanted) ? descriptors[wanted] : undefined;
  if (calendar) return { calendar, timeZone };
  throw new ScheduleError(
    `${JSON.stringify(wanted)} is none of ${Object.keys(descriptors).join(', ')} and @every <duration>`,
  );
};
