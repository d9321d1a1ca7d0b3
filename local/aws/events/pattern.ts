import { comparison, PatternError, type ValueTest } from './comparisons.ts';

export { PatternError } from './comparisons.ts';

/** Whether an event, or a part of one, fits. */
export type EventTest = (event: unknown) => boolean;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What lies at a field, with arrays taken apart: a pattern matches where any element does. */
const valuesAt = (event: unknown, field: string): unknown[] => {
  if (Array.isArray(event)) return event.flatMap((element) => valuesAt(element, field));
  if (!isObject(event) || !Object.hasOwn(event, field)) return [];
  const value = event[field];
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
};

const isScalar = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value);

/** One element of a field's list. `exists` looks at leaves only, as EventBridge does. */
const alternative = (wanted: unknown): ((values: unknown[]) => boolean) => {
  if (isScalar(wanted)) return (values) => values.includes(wanted);
  if (!isObject(wanted)) throw new PatternError(`${JSON.stringify(wanted)} can't be matched against`);
  if (Object.hasOwn(wanted, 'exists')) {
    if (typeof wanted.exists !== 'boolean') throw new PatternError('exists must be true or false');
    return (values) => values.some((value) => !isObject(value)) === wanted.exists;
  }
  const test: ValueTest = comparison(wanted);
  return (values) => values.some((value) => !isObject(value) && test(value));
};

const leaf = (field: string, wanted: unknown[]): EventTest => {
  if (wanted.length === 0) throw new PatternError(`${field}: empty arrays are not allowed`);
  const alternatives = wanted.map(alternative);
  return (event) => {
    const values = valuesAt(event, field);
    return alternatives.some((holds) => holds(values));
  };
};

const anyOf = (wanted: unknown): EventTest => {
  if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isObject))
    throw new PatternError('$or needs a list of at least two patterns');
  const tests = wanted.map(compileObject);
  return (event) => tests.some((test) => test(event));
};

const field = (name: string, wanted: unknown): EventTest => {
  if (name === '$or' && Array.isArray(wanted)) return anyOf(wanted);
  if (Array.isArray(wanted)) return leaf(name, wanted);
  if (!isObject(wanted)) throw new PatternError(`"${name}" must be an object or an array`);
  const inner = compileObject(wanted);
  // An absent object is matched as an empty one, so that {"exists": false} holds below it.
  return (event) => {
    const values = valuesAt(event, name);
    return values.length === 0 ? inner({}) : values.some(inner);
  };
};

const compileObject = (pattern: Record<string, unknown>): EventTest => {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw new PatternError('empty objects are not allowed');
  const tests = fields.map(([name, wanted]) => field(name, wanted));
  return (event) => tests.every((test) => test(event));
};

/**
 * Compiles an event pattern of EventBridge.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 *
 * @throws PatternError where AWS would answer InvalidEventPatternException
 */
export const compilePattern = (pattern: unknown): EventTest => {
  if (!isObject(pattern)) throw new PatternError('an event pattern is a JSON object');
  return compileObject(pattern);
};

/** Whether an event fits a pattern. To ask more than once, compile it. @throws PatternError */
export const matches = (pattern: unknown, event: unknown): boolean => compilePattern(pattern)(event);
