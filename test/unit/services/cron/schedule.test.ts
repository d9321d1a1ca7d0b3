import { describe, expect, it } from 'vitest';
import { fallenDue, maxCounted, nextDue } from '../../../../lib/services/cron/schedule/due.ts';
import { parseGoDuration } from '../../../../lib/services/cron/schedule/go-duration.ts';
import { parseSchedule, ScheduleError } from '../../../../lib/services/cron/schedule/parse.ts';

const at = (text: string): number => Date.parse(text);
const iso = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().replace('.000Z', 'Z');

describe('a schedule is read', () => {
  it.each([
    ['any', '* * * * *', '* * * * *'],
    ['question marks', '0 0 ? * ?', '0 0 * * *'],
    ['lists', '0,30 8,12,18 * * *', '0,30 8,12,18 * * *'],
    ['ranges', '0 9-11 * * *', '0 9,10,11 * * *'],
    ['steps', '*/20 */8 * * *', '0,20,40 0,8,16 * * *'],
    ['a step on a range', '0 8-14/3 * * *', '0 8,11,14 * * *'],
    ['a step that goes on to the end', '50/5 22/1 * * *', '50,55 22,23 * * *'],
    ['a step that is wider than its field', '*/90 * * * *', '0 * * * *'],
    ['months by name', '0 0 1 JAN,jul-Sep *', '0 0 1 1,7,8,9 *'],
    ['days by name', '0 0 * * MON-FRI', '0 0 * * 1,2,3,4,5'],
    ['Sunday as 0', '0 0 * * 0', '0 0 * * 0'],
    ['an asterisk in a list', '5,* * * * *', '* * * * *'],
    [
      'a day of month by a step, which is a restriction',
      '0 0 */2 * MON',
      '0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 1',
    ],
    ['every hour by a range', '0 0-23 * * *', '0 * * * *'],
    ['several spaces', '  0   0 *  * *  ', '0 0 * * *'],
    ['@yearly', '@yearly', '0 0 1 1 *'],
    ['@annually', '@annually', '0 0 1 1 *'],
    ['@monthly', '@monthly', '0 0 1 * *'],
    ['@weekly', '@weekly', '0 0 * * 0'],
    ['@daily', '@daily', '0 0 * * *'],
    ['@midnight', '@midnight', '0 0 * * *'],
    ['@hourly', '@hourly', '0 * * * *'],
  ])('%s: %s', (_, text, calendar) => {
    expect(parseSchedule(text)).toEqual({ calendar, timeZone: 'UTC' });
  });

  it.each([
    ['TZ=Europe/Berlin 0 9 * * *', { calendar: '0 9 * * *', timeZone: 'Europe/Berlin' }],
    ['CRON_TZ=Asia/Tokyo @daily', { calendar: '0 0 * * *', timeZone: 'Asia/Tokyo' }],
    ['TZ=Asia/Tokyo @every 90s', { everySeconds: 90 }],
    ['@every 1h30m', { everySeconds: 5_400 }],
    ['@every 1.5h', { everySeconds: 5_400 }],
    ['@every 12500ms', { everySeconds: 12 }],
    ['@every 10ms', { everySeconds: 10 }],
  ])('%s', (text, schedule) => {
    expect(parseSchedule(text)).toEqual(schedule);
  });

  it.each([
    ['nothing', ''],
    ['four fields', '* * * *'],
    ['six fields', '0 0 0 * * *'],
    ['words', 'every minute or so please'],
    ['a minute too many', '60 * * * *'],
    ['an hour too many', '0 24 * * *'],
    ['day 0', '0 0 0 * *'],
    ['day 32', '0 0 32 * *'],
    ['month 13', '0 0 1 13 *'],
    ['Sunday as 7', '0 0 * * 7'],
    ['a range backwards', '0 0 * * FRI-MON'],
    ['a step of nothing', '*/0 * * * *'],
    ['a step without a number', '*/ * * * *'],
    ['two steps', '*/2/3 * * * *'],
    ['a range of three', '1-2-3 * * * *'],
    ['a range from any', '*-5 * * * *'],
    ['an empty place in a list', '1,,2 * * * *'],
    ['a negative number', '-1 * * * *'],
    ['a fraction', '1.5 * * * *'],
    ['a name in the wrong field', 'MON * * * *'],
    ['the last day', '0 0 L * *'],
    ['the nearest weekday', '0 0 15W * *'],
    ['the second Monday', '0 0 * * 1#2'],
    ['an unknown word', '@reboot'],
    ['a property of every object', '@constructor'],
    ['@every of nothing', '@every'],
    ['@every without a unit', '@every 5'],
    ['@every of zero', '@every 0s'],
    ['@every backwards', '@every -5m'],
    ['@every of a day, which Go has not', '@every 1d'],
    ['a time zone that is none', 'TZ=Mars/Base * * * * *'],
    ['an empty time zone', 'TZ= * * * * *'],
    ['a time zone alone', 'TZ=UTC'],
  ])('not of %s', (_, text) => {
    expect(() => parseSchedule(text)).toThrow(ScheduleError);
  });
});

describe('a Go duration', () => {
  it.each([
    ['1h15m30.918s', 4_530_918],
    ['.5s', 500],
    ['1us', 0.001],
    ['1µs', 0.001],
    ['+5m', 300_000],
    ['-5m', -300_000],
    ['0', 0],
    ['2562047h', 2_562_047 * 3_600_000],
    ['2562048h', undefined],
    ['', undefined],
    ['-', undefined],
    ['5', undefined],
    ['.s', undefined],
    ['1h 5m', undefined],
    ['h', undefined],
  ])('%j is %s ms', (text, milliseconds) => {
    expect(parseGoDuration(text)).toBe(milliseconds);
  });
});

describe('a schedule falls due', () => {
  it.each([
    ['0 0 13 * 5', '2026-11-01T00:00:00Z', '2026-11-06T00:00:00Z', 'either day matches where both are given'],
    ['0 0 13 * *', '2026-11-01T00:00:00Z', '2026-11-13T00:00:00Z', 'by the day of month'],
    ['0 0 ? * FRI', '2026-11-01T00:00:00Z', '2026-11-06T00:00:00Z', 'by the day of week'],
    ['0 0 29 2 *', '2026-11-01T00:00:00Z', '2028-02-29T00:00:00Z', 'in leap years'],
    ['TZ=Asia/Tokyo 0 9 * * *', '2026-11-01T00:00:00Z', '2026-11-02T00:00:00Z', 'in its zone'],
    ['@every 90s', '2026-11-01T00:01:00Z', '2026-11-01T00:01:30Z', 'after an interval'],
  ])('%s after %s at %s: %s', (text, after, next) => {
    expect(iso(nextDue(parseSchedule(text), at(after), at('2026-11-01T00:00:00Z')))).toBe(next);
  });

  it('never on a day that no month has', () => {
    expect(nextDue(parseSchedule('0 0 31 2 *'), at('2026-11-01T00:00:00Z'), 0)).toBeUndefined();
  });
});

describe('once it has fallen due', () => {
  const due = '2026-11-01T00:00:00Z';

  it.each([
    ['in time', '* * * * *', '2026-11-01T00:00:03Z', 0, '2026-11-01T00:01:00Z'],
    ['three minutes late', '* * * * *', '2026-11-01T00:03:00Z', 3, '2026-11-01T00:04:00Z'],
    ['an interval in time', '@every 90s', '2026-11-01T00:00:03Z', 0, '2026-11-01T00:01:30Z'],
    ['an interval ten minutes late', '@every 90s', '2026-11-01T00:10:00Z', 6, '2026-11-01T00:10:30Z'],
    ['a year late', '* * * * *', '2027-11-01T00:00:30Z', maxCounted, '2027-11-01T00:01:00Z'],
  ])('%s: %s', (_, text, now, missed, next) => {
    const fallen = fallenDue(parseSchedule(text), at(due), at(now));
    expect([fallen.missed, iso(fallen.next)]).toEqual([missed, next]);
  });
});
