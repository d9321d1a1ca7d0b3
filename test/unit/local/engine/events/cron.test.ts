import { describe, expect, it } from 'vitest';
import { parseCron } from '../../../../../local/engine/events/cron.ts';
import { parseSchedule } from '../../../../../local/engine/events/schedule.ts';

const from = Date.UTC(2026, 0, 15, 10, 30, 20);

describe('the next time of a cron expression', () => {
  it.each([
    ['every minute', '* * * * ? *', '2026-01-15T10:31'],
    ['every five minutes', '0/5 * * * ? *', '2026-01-15T10:35'],
    ['daily, already past', '0 9 * * ? *', '2026-01-16T09:00'],
    ['daily, still to come', '15 12 * * ? *', '2026-01-15T12:15'],
    ['the first of a month', '0 10 1 * ? *', '2026-02-01T10:00'],
    ['weekdays', '0 18 ? * MON-FRI *', '2026-01-15T18:00'],
    ['a weekday by number, 1 is Sunday', '0 0 ? * 1 *', '2026-01-18T00:00'],
    ['a month by name', '0 0 1 JUL ? *', '2026-07-01T00:00'],
    ['the last day of the month', '0 0 L * ? *', '2026-01-31T00:00'],
    ['the last Friday', '0 0 ? * 6L *', '2026-01-30T00:00'],
    ['the second Tuesday', '0 0 ? * 3#2 *', '2026-02-10T00:00'],
    ['the weekday nearest the 17th, a Saturday', '0 0 17W * ? *', '2026-01-16T00:00'],
    ['leap days', '0 0 29 2 ? *', '2028-02-29T00:00'],
    ['a year', '0 0 1 1 ? 2030', '2030-01-01T00:00'],
    ['several values', '0,45 8-9 * * ? *', '2026-01-16T08:00'],
  ])('%s', (_, expression, expected) => {
    const next = parseCron(expression)(from);
    expect(next && new Date(next).toISOString().slice(0, 16)).toBe(expected);
  });

  it('is none when all its years are past', () => {
    expect(parseCron('0 0 1 1 ? 2020')(from)).toBeUndefined();
  });
});

it.each([
  ['five fields', '* * * * *'],
  ['both days given', '0 0 1 * 1 *'],
  ['no day given', '0 0 ? * ? *'],
  ['a minute out of range', '60 * * * ? *'],
  ['a month that is none', '0 0 1 XXX ? *'],
  ['a step of nothing', '0/0 * * * ? *'],
])('refuses %s', (_, expression) => {
  expect(() => parseCron(expression)).toThrow();
});

it.each([
  ['rate(1 minute)', from + 60_000],
  ['rate(5 minutes)', from + 300_000],
  ['rate(2 hours)', from + 7_200_000],
  ['rate(1 day)', from + 86_400_000],
  ['at(2026-02-01T00:00:00)', Date.UTC(2026, 1, 1)],
  ['at(2025-02-01T00:00:00)', undefined],
])('reads %s', (expression, expected) => {
  expect(parseSchedule(expression)(from)).toBe(expected);
});

it.each(['rate(1 fortnight)', 'every minute', 'at(noon)', ''])('refuses the schedule %j', (expression) => {
  expect(() => parseSchedule(expression)).toThrow('not a schedule');
});
