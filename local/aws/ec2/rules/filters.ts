import type { Filter } from '@aws-sdk/client-ec2';
import type { Tags } from '../store/records.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';

type Value = string | number | boolean | undefined;

/** What each filter of an action looks at: one value, or several of which one must match. */
export type FilterFields<T> = Record<string, (record: T) => Value | readonly Value[]>;

/** Most values one filter takes. */
const maxFilterValues = 200;

/** Whether a filter value matches only itself. */
export const isExact = (value: string): boolean => !/[*?\\]/.test(value);

/** `*` is any text, `?` any one character, a backslash takes their meaning away. Case matters. */
const toPattern = (value: string): RegExp => {
  const source = value.replaceAll(/\\[*?\\]|[\\^$.|+()[\]{}]|\*|\?/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.length > 1 ? part : `\\${part}`;
  });
  return new RegExp(`^${source}$`, 's');
};

const tagValues = (name: string): ((tags: Tags) => readonly Value[]) | undefined => {
  if (name === 'tag-key') return (tags) => Object.keys(tags);
  if (name === 'tag-value') return (tags) => Object.values(tags);
  if (name.startsWith('tag:')) return (tags) => [tags[name.slice('tag:'.length)]];
  return undefined;
};

/**
 * A predicate out of an action's Filters: all filters must match, of a filter's values any.
 * @throws InvalidParameterValue for a filter the action doesn't have
 */
export const compileFilters = <T extends { tags: Tags }>(
  filters: Filter[] | undefined,
  fields: FilterFields<T>,
): ((record: T) => boolean) => {
  const tests = (filters ?? []).map(({ Name: name, Values: values }) => {
    if (name === undefined || name === '') throw missingParameter('Filter.Name');
    if (!values || values.length === 0) throw invalidParameterValue(`The filter '${name}' has no values`);
    if (values.length > maxFilterValues)
      throw invalidParameterValue(`The filter '${name}' has more than ${maxFilterValues} values`);
    const tags = tagValues(name);
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!tags && !field) throw invalidParameterValue(`The filter '${name}' is invalid`);
    const exact = new Set(values.filter(isExact));
    const patterns = values.filter((value) => !isExact(value)).map(toPattern);
    return (record: T) => {
      const found = tags ? tags(record.tags) : [field?.(record) ?? []].flat();
      return found.some((value) => {
        if (value === undefined) return false;
        const text = String(value);
        return exact.has(text) || patterns.some((pattern) => pattern.test(text));
      });
    };
  });
  return (record) => tests.every((test) => test(record));
};
