import type { AttributeScalar, MessageAttributes } from '../../topics/schema.ts';
import type { FilterCondition, FilterPolicy } from './schema.ts';

const compare: Readonly<Record<string, (value: number, limit: number) => boolean>> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
};

const isWithin = (value: AttributeScalar, parts: readonly (string | number)[]): boolean => {
  if (typeof value !== 'number') return false;
  for (let index = 0; index < parts.length; index += 2)
    if (!compare[String(parts[index])]?.(value, Number(parts[index + 1]))) return false;
  return true;
};

const beginsWith = (value: AttributeScalar, prefix: string): boolean =>
  typeof value === 'string' && value.startsWith(prefix);

const isOther = (
  value: AttributeScalar,
  but: Extract<FilterCondition, { 'anything-but': unknown }>['anything-but'],
): boolean => {
  if (Array.isArray(but)) return !but.includes(value);
  return typeof but === 'object' ? !beginsWith(value, but.prefix) : value !== but;
};

const meets = (value: AttributeScalar, condition: FilterCondition): boolean => {
  if (typeof condition !== 'object') return value === condition;
  if ('prefix' in condition) return beginsWith(value, condition.prefix);
  if ('numeric' in condition) return isWithin(value, condition.numeric);
  if ('anything-but' in condition) return isOther(value, condition['anything-but']);
  return condition.exists;
};

/**
 * Whether a subscription takes a message, as SNS decides it: each name of the policy must match, and of an attribute with
 * several values one is enough, also for `anything-but`. What is absent matches `{"exists": false}` alone.
 * https://docs.aws.amazon.com/sns/latest/dg/string-value-matching.html
 */
export const matches = (policy: FilterPolicy | undefined, attributes: MessageAttributes = {}): boolean =>
  Object.entries(policy ?? {}).every(([name, conditions]) => {
    const given = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    const values = given === undefined ? [] : Array.isArray(given) ? given : [given];
    if (values.length === 0)
      return conditions.some(
        (condition) => typeof condition === 'object' && 'exists' in condition && !condition.exists,
      );
    return values.some((value) => conditions.some((condition) => meets(value, condition)));
  });
