const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** A cron expression that is none; the message says which part. */
export class CronError extends Error {
  override readonly name = 'CronError';
}

interface Range {
  name: string;
  lowest: number;
  highest: number;
  names?: readonly string[];
}

const ranges = {
  minutes: { name: 'minutes', lowest: 0, highest: 59 },
  hours: { name: 'hours', lowest: 0, highest: 23 },
  days: { name: 'day of month', lowest: 1, highest: 31 },
  months: { name: 'month', lowest: 1, highest: 12, names: monthNames },
  weekdays: { name: 'day of week', lowest: 1, highest: 7, names: dayNames },
  years: { name: 'year', lowest: 1970, highest: 2199 },
} satisfies Record<string, Range>;

const toNumber = (text: string, { name, lowest, highest, names }: Range): number => {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + 1 : Number(text);
  if (!Number.isInteger(value) || value < lowest || value > highest)
    throw new CronError(`${name} ${JSON.stringify(text)} is not between ${lowest} and ${highest}`);
  return value;
};

/** Values that one field of the expression allows. */
const readField = (text: string, range: Range): Set<number> => {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [span = '', stepText] = part.split('/');
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!Number.isInteger(step) || step < 1) throw new CronError(`${range.name}: step ${stepText}`);
    const [from = '', to] = span.split('-');
    const all = span === '*' || span === '?';
    const first = all ? range.lowest : toNumber(from, range);
    const last =
      to !== undefined ? toNumber(to, range) : all || stepText !== undefined ? range.highest : first;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return values;
};

type DayTest = (year: number, month: number, day: number) => boolean;

const lengthOfMonth = (year: number, month: number): number =>
  new Date(Date.UTC(year, month, 0)).getUTCDate();
const weekday = (year: number, month: number, day: number): number =>
  new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 1;

/** The weekday in the month that is nearest to `day`, as `15W` asks. */
const nearestWeekday = (year: number, month: number, day: number): number => {
  const at = weekday(year, month, day);
  if (at === 7) return day === 1 ? 3 : day - 1;
  if (at === 1) return day === lengthOfMonth(year, month) ? day - 2 : day + 1;
  return day;
};

const dayOfMonth = (text: string): DayTest => {
  if (text === 'L') return (year, month, day) => day === lengthOfMonth(year, month);
  const near = text.match(/^(\d+)W$/)?.[1];
  if (near) return (year, month, day) => day === nearestWeekday(year, month, toNumber(near, ranges.days));
  const values = readField(text, ranges.days);
  return (_year, _month, day) => values.has(day);
};

const dayOfWeek = (text: string): DayTest => {
  const last = text.match(/^(\w+)L$/)?.[1];
  if (last && text !== 'L') {
    const wanted = toNumber(last, ranges.weekdays);
    return (year, month, day) => weekday(year, month, day) === wanted && day + 7 > lengthOfMonth(year, month);
  }
  const [name, nth] = text.split('#');
  if (nth) {
    const wanted = toNumber(name ?? '', ranges.weekdays);
    return (year, month, day) => weekday(year, month, day) === wanted && Math.ceil(day / 7) === Number(nth);
  }
  const values = text === 'L' ? new Set([7]) : readField(text, ranges.weekdays);
  return (year, month, day) => values.has(weekday(year, month, day));
};

const nextIn = (values: Set<number>, from: number, highest: number): number | undefined => {
  for (let value = from; value <= highest; value += 1) if (values.has(value)) return value;
  return undefined;
};

const dayMilliseconds = 86_400_000;

/**
 * EventBridge's cron expression: six fields, UTC.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
 *
 * @returns a function that gives the first time after a given one, in epoch milliseconds; undefined where there is none
 * @throws CronError
 */
export const parseCron = (expression: string): ((after: number) => number | undefined) => {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) throw new CronError(`a cron expression has six fields: ${expression}`);
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = '', yearText = ''] =
    fields;
  if ((dayText === '?') === (weekdayText === '?'))
    throw new CronError(`one of day of month and day of week must be ?: ${expression}`);
  const minutes = readField(minuteText, ranges.minutes);
  const hours = readField(hourText, ranges.hours);
  const months = readField(monthText, ranges.months);
  const years = readField(yearText, ranges.years);
  const fits = dayText === '?' ? dayOfWeek(weekdayText) : dayOfMonth(dayText);
  return (after) => {
    const start = Math.floor(after / 60_000) * 60_000 + 60_000;
    for (let day = Math.floor(start / dayMilliseconds), tries = 0; tries < 366 * 9; day += 1, tries += 1) {
      const date = new Date(day * dayMilliseconds);
      const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + 1];
      if (!years.has(year) || !months.has(month) || !fits(year, month, date.getUTCDate())) continue;
      const from = Math.max(start - day * dayMilliseconds, 0);
      for (let hour = Math.floor(from / 3_600_000); hour < 24; hour += 1) {
        if (!hours.has(hour)) continue;
        const first = hour === Math.floor(from / 3_600_000) ? Math.floor((from % 3_600_000) / 60_000) : 0;
        const minute = nextIn(minutes, first, 59);
        if (minute !== undefined) return day * dayMilliseconds + hour * 3_600_000 + minute * 60_000;
      }
    }
    return undefined;
  };
};
