import { readSlim } from '../../platform/store/read-slim.ts';
import type { Tables } from '../../platform/table/types.ts';
import { listFilters } from './filters.ts';
import { instanceKind } from './record.ts';
import type { InstanceFilters } from './schema.ts';

/** `*` stands for any characters, `?` for one, everything else for itself; without backtracking. */
export const matchesPattern = (pattern: string, name: string): boolean => {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < name.length) {
    if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[from]) && pattern[at] !== '*') {
      at++;
      from++;
    } else if (pattern[at] === '*') {
      star = at++;
      mark = from;
    } else if (star >= 0) {
      at = star + 1;
      from = ++mark;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
};

export interface InstanceSelector extends Pick<InstanceFilters, 'state' | 'tag'> {
  /** A pattern of `matchesPattern`. */
  name?: string;
}

/** The ids of a tenant's instances that a selector means, oldest first, as the slim index shows them; `limit` at most. */
export const selectInstances =
  (tables: Pick<Tables, 'query'>) =>
  async (
    tenant: string,
    { name, ...filters }: InstanceSelector,
    limit: number,
    signal?: AbortSignal,
  ): Promise<string[]> => {
    const ids: string[] = [];
    for await (const slim of readSlim(tables, instanceKind, tenant, listFilters(filters), signal)) {
      if (name !== undefined && !matchesPattern(name, slim.name)) continue;
      ids.push(slim.id);
      if (ids.length === limit) break;
    }
    return ids;
  };
