import type { ListRequest, SortField } from '../http/list.ts';

/** What every listed thing can be sorted by. Ids carry their creation time, so they stand for `createdAt`. */
export interface Sortable {
  id: string;
  name: string;
  status?: string;
}

/**
 * Compares by Unicode code point. JavaScript's own order is by UTF-16 unit, which puts what is beyond U+FFFF before
 * U+E000 to U+FFFF.
 */
export const compareCodePoints = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x === y) continue;
    const [highX, highY] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff];
    if (highX !== highY) return highX ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
};

/** What a thing is sorted by before its id; all alike for `createdAt`. */
export const sortValueOf = ({ name, status }: Sortable, sortBy: SortField): string =>
  sortBy === 'createdAt' ? '' : sortBy === 'name' ? name : (status ?? '');

/** Where something stands in a sorted list. */
export interface Position {
  value: string;
  id: string;
}

/** The total order of a list request: by the field, then by id, both in its direction. */
export const comparePositions =
  ({ sortDir }: Pick<ListRequest, 'sortDir'>) =>
  (a: Position, b: Position): number =>
    (compareCodePoints(a.value, b.value) || compareCodePoints(a.id, b.id)) * (sortDir === 'asc' ? 1 : -1);

/** Whether `q` is a part of the name or id, in any case. */
export const matches = ({ id, name }: Sortable, q: string | undefined): boolean => {
  if (!q) return true;
  const sought = q.toLowerCase();
  return id.includes(sought) || name.toLowerCase().includes(sought);
};
