import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTime } from '../../../../lib/platform/calendar/next-time.ts';
import { firstInstantOf, isTimeZone, wallAt } from '../../../../lib/platform/calendar/time-zone.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const iso = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString().slice(0, 16);

const times = (expression: string, zone: string, from: string, count: number): (string | undefined)[] => {
  const found: (string | undefined)[] = [];
  for (let at: number | undefined = Date.parse(from); found.length < count && at !== undefined; ) {
    at = nextTime(expression, zone, at);
    found.push(iso(at));
  }
  return found;
};

describe('where clocks change', () => {
  it.each([
    [
      'a skipped time falls due as they do',
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['2026-03-08T07:00', '2026-03-09T06:30'],
    ],
    [
      'several skipped times fall due once',
      '15,30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      ['2026-03-08T07:00', '2026-03-09T06:15', '2026-03-09T06:30'],
    ],
    [
      'a midnight that there is not falls due as they do',
      '0 0 * * *',
      'America/Sao_Paulo',
      '2018-11-03T12:00Z',
      ['2018-11-04T03:00', '2018-11-05T02:00'],
    ],
    [
      'a time that comes twice falls due the first time',
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00Z',
      ['2026-11-01T05:30', '2026-11-02T06:30'],
    ],
    [
      'every hour is each hour that goes by, when clocks go back',
      '0 * * * *',
      'America/New_York',
      '2026-11-01T04:30Z',
      ['2026-11-01T05:00', '2026-11-01T06:00', '2026-11-01T07:00'],
    ],
    [
      'every hour is each hour that goes by, when clocks go forward',
      '0 * * * *',
      'America/New_York',
      '2026-03-08T05:30Z',
      ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00'],
    ],
    [
      'by half an hour, every hour still keeps its minute',
      '15 * * * *',
      'Australia/Lord_Howe',
      '2026-04-04T14:00Z',
      ['2026-04-04T14:15', '2026-04-04T15:45', '2026-04-04T16:45'],
    ],
    [
      'each hour of one day in a year begins with its first',
      '0 * 1 11 *',
      'America/New_York',
      '2026-01-01T00:00Z',
      ['2026-11-01T04:00', '2026-11-01T05:00', '2026-11-01T06:00'],
    ],
  ])('%s', (_, expression, zone, from, expected) => {
    expect(times(expression, zone, from, expected.length)).toEqual(expected);
  });
});

interface Minute {
  instant: number;
  wall: number;
}

/** A zone around a change of its clocks, minute by minute. */
const around = (zone: string, change: string): { zone: string; minutes: Minute[] } => {
  const from = Date.parse(change) - 3 * day;
  const minutes = Array.from({ length: (6 * day) / minute }, (_, index) => {
    const instant = from + index * minute;
    return { instant, wall: wallAt(zone, instant) };
  });
  return { zone, minutes };
};

const places = [
  around('America/New_York', '2026-03-08T07:00Z'),
  around('America/New_York', '2026-11-01T06:00Z'),
  around('Europe/Berlin', '2026-03-29T01:00Z'),
  around('Europe/Berlin', '2026-10-25T01:00Z'),
  around('Australia/Lord_Howe', '2026-04-04T15:00Z'),
  around('America/Sao_Paulo', '2018-11-04T03:00Z'),
  around('Asia/Kathmandu', '2026-06-15T00:00Z'),
];

type Set5 = (number[] | undefined)[];

/** The rule of cron itself, on what a clock shows. */
const matches = ([minutes, hours, days, months, weekdays]: Set5, wall: number): boolean => {
  const at = new Date(wall);
  const within = (set: number[] | undefined, value: number) => set === undefined || set.includes(value);
  const [byDay, byWeekday] = [within(days, at.getUTCDate()), within(weekdays, at.getUTCDay())];
  return (
    within(minutes, at.getUTCMinutes()) &&
    within(hours, at.getUTCHours()) &&
    within(months, at.getUTCMonth() + 1) &&
    (days && weekdays ? byDay || byWeekday : byDay && byWeekday)
  );
};

/** What falls due, found the slow way: by looking at each minute. */
const naive = (sets: Set5, minutes: readonly Minute[], after: number): number | undefined => {
  const everyHour = sets[1] === undefined;
  const isDue = ({ instant, wall }: Minute, index: number): boolean => {
    if (everyHour) return matches(sets, wall);
    const before = minutes.slice(Math.max(0, index - 180), index);
    if (matches(sets, wall) && !before.some((other) => other.wall === wall)) return true;
    const last = minutes[index - 1]?.wall ?? wall - minute;
    for (let skipped = last + minute; skipped < wall; skipped += minute)
      if (matches(sets, skipped)) return true;
    return instant < 0;
  };
  const found = minutes.findIndex((one, index) => one.instant > after && isDue(one, index));
  return minutes[found]?.instant;
};

const set = (least: number, most: number) =>
  fc.option(fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 6 }), {
    nil: undefined,
  });
const anySets: fc.Arbitrary<Set5> = fc.tuple(
  set(0, 59),
  set(0, 23),
  set(1, 31),
  fc.constant(undefined),
  set(0, 6),
);

describe('next to a search minute by minute', () => {
  it('finds the same times around every change of clocks', () => {
    const write = (sets: Set5) => sets.map((values) => values?.join(',') ?? '*').join(' ');
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        anySets,
        fc.integer({ min: day / minute, max: (5 * day) / minute }),
        fc.integer({ min: 0, max: minute - 1 }),
        ({ zone, minutes }, sets, start, more) => {
          const after = (minutes[start]?.instant ?? 0) + more;
          const expected = naive(sets, minutes, after);
          const found = nextTime(write(sets), zone, after);
          const end = minutes.at(-1)?.instant ?? 0;
          if (expected === undefined) expect(found === undefined || found > end).toBe(true);
          else expect(iso(found)).toBe(iso(expected));
        },
      ),
      { numRuns: 400 },
    );
  });
});

describe('a wall time', () => {
  it.each([
    ['is shown once', 'Europe/Berlin', '2026-07-01T12:00Z', '2026-07-01T10:00'],
    ['is shown twice: the first', 'Europe/Berlin', '2026-10-25T02:30Z', '2026-10-25T00:30'],
    ['is skipped: the moment of the change', 'Europe/Berlin', '2026-03-29T02:30Z', '2026-03-29T01:00'],
    ['is skipped with its whole day', 'Pacific/Apia', '2011-12-30T12:00Z', '2011-12-30T10:00'],
  ])('that %s', (_, zone, wall, instant) => {
    expect(iso(firstInstantOf(zone, Date.parse(wall)))).toBe(instant);
  });
});

describe('a time zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Base', false],
    ['', false],
    ['Local', false],
  ])('%j: %s', (name, isOne) => {
    expect(isTimeZone(name)).toBe(isOne);
  });
});
