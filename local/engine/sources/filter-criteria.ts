import { compilePattern } from '../../aws/events/index.ts';
import { asList, asRecord } from '../resources/property.ts';

/** Whether a record passes an event source mapping's filters. */
export type RecordFilter = (record: Record<string, unknown>) => boolean;

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/**
 * Reads a template's `FilterCriteria`: without filters every record passes, else one that matches is enough. The fields
 * named in `jsonFields` hold JSON text and are matched by what is in them.
 *
 * @throws PatternError where a filter is no pattern
 */
export const readFilters = (criteria: unknown, jsonFields: readonly string[] = []): RecordFilter => {
  const tests = asList(asRecord(criteria).Filters).map((filter) =>
    compilePattern(parsed(asRecord(filter).Pattern)),
  );
  if (tests.length === 0) return () => true;
  return (record) => {
    const readable = { ...record };
    for (const field of jsonFields) readable[field] = parsed(record[field]);
    return tests.some((test) => test(readable));
  };
};
