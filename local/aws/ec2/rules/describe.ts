import type { Filter } from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import type { Resource } from '../store/records.ts';
import { invalidParameterValue } from './errors.ts';
import { compileFilters, type FilterFields, isExact } from './filters.ts';
import type { Kind } from './kinds.ts';
import { getAll } from './lookup.ts';
import { type PageRequest, type PageRules, paginate } from './pagination.ts';

/** Most ids that one describe takes. */
const maxIds = 1_000;

export interface Question<T> extends PageRequest {
  ids: string[] | undefined;
  filters: Filter[] | undefined;
  fields: FilterFields<T>;
  page: PageRules;
  /** Filters whose exact values find records by a column, so that not all need be read. */
  indexed?: Record<string, string>;
  /** What the answer leaves out besides, before it is cut into pages. */
  only?: (record: T) => boolean;
}

/** Reads as little as the filters allow. */
const candidatesOf = <T extends Resource>(
  shelf: ReturnType<Kind<T>['shelf']>,
  filters: Filter[],
  indexed: Record<string, string>,
): T[] => {
  for (const { Name: name = '', Values: values = [] } of filters) {
    const column = Object.hasOwn(indexed, name) ? indexed[name] : undefined;
    if (column && values.every(isExact)) return shelf.whereAny(column, values);
  }
  return shelf.list();
};

/**
 * What every Describe does: no ids means all, ids that aren't there are an error, filters only narrow, then a page.
 * @throws the kind's NotFound and Malformed, and as compileFilters and paginate
 */
export const describe = <T extends Resource>(
  kind: Kind<T>,
  { ids, filters, fields, page, indexed = {}, only = () => true, ...pageRequest }: Question<T>,
  call: Call,
): { records: T[]; nextToken?: string } => {
  if (ids && ids.length > maxIds)
    throw invalidParameterValue(
      `The maximum number of IDs in one request is ${maxIds}; ${ids.length} were given.`,
    );
  const matches = compileFilters<T>(filters, fields);
  const hasIds = ids !== undefined && ids.length > 0;
  const candidates = hasIds
    ? getAll({ ...kind, usableAtOnce: false }, ids, call)
    : candidatesOf(kind.shelf(call), filters ?? [], indexed).filter(({ visibleAt }) => visibleAt <= call.now);
  return paginate(candidates.filter(only).filter(matches), pageRequest, hasIds, page);
};
