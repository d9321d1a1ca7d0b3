/** One field of a calendar schedule: its bounds, and the names that stand for numbers. */
interface Field {
  name: string;
  least: number;
  most: number;
  names?: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const days = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** In the order in which they are written (contract 2.13). */
const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day of month', least: 1, most: 31 },
  { name: 'month', least: 1, most: 12, names: months },
  { name: 'day of week', least: 0, most: 6, names: days },
];

/** Why a schedule can't be taken; safe to show. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

const numberOf = ({ name, least, most, names }: Field, text: string): number => {
  const named = names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + least : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new ScheduleError(`${name}: ${JSON.stringify(text)} is not within ${least}-${most}`);
};

const isAny = (text: string): boolean => text === '*' || text === '?';

/** One item of a list: `*`, `5`, `1-5`, each with `/step`; `5/10` goes on to the field's end. */
const valuesOf = (field: Field, item: string): number[] => {
  const [range = '', stepText, ...more] = item.split('/');
  const [from = '', to, ...beyond] = range.split('-');
  if (more.length > 0 || beyond.length > 0 || (isAny(from) && to !== undefined))
    throw new ScheduleError(`${field.name}: ${JSON.stringify(item)} is neither a value, a range nor a step`);
  const step = stepText === undefined ? 1 : /^\d{1,4}$/.test(stepText) ? Number(stepText) : 0;
  if (step < 1)
    throw new ScheduleError(`${field.name}: the step of ${JSON.stringify(item)} must be 1 or more`);
  const first = isAny(from) ? field.least : numberOf(field, from);
  const goesOn = isAny(from) || (to === undefined && stepText !== undefined);
  const last = goesOn ? field.most : to === undefined ? first : numberOf(field, to);
  if (last < first)
    throw new ScheduleError(`${field.name}: the range ${JSON.stringify(item)} ends before it begins`);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
};

/** `*`, also in a list, restricts nothing; a step on it does. */
const isUnrestricted = (item: string): boolean => /^[*?](?:\/0*1)?$/.test(item);

const written = (field: Field, text: string): string => {
  const items = text.split(',');
  const values = [...new Set(items.flatMap((item) => valuesOf(field, item)))].sort((a, b) => a - b);
  return items.some(isUnrestricted) ? '*' : values.join(',');
};

/**
 * Five fields in one spelling: `*` for what is unrestricted, else every value by its number. So no reader of expressions can
 * take a step, a name or a range for something else.
 * @throws ScheduleError
 */
export const calendarOf = (text: string): string => {
  const given = text.split(/[ \t]+/);
  if (given.length !== fields.length)
    throw new ScheduleError(
      `must have five fields (minute, hour, day of month, month, day of week), not ${given.length}`,
    );
  const all = fields.map((field, index) => written(field, given[index] ?? ''));
  const [, hour] = all;
  // Every hour, however it is written.
  if (hour === Array.from({ length: 24 }, (_, index) => index).join(',')) all[1] = '*';
  return all.join(' ');
};
