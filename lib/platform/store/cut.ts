import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { comparePositions, type Position, type Sortable, sortValueOf } from './order.ts';
import { fullListLimit, pageOf } from './paging.ts';

/** The asked-for part of a list that is known whole: sorted, cut, with its total and where to go on. */
export const cut = <T extends Sortable>(all: readonly T[], request: ListRequest): Listed<T[]> => {
  const compare = comparePositions(request);
  const positionOf = (item: T): Position => ({ value: sortValueOf(item, request.sortBy), id: item.id });
  const sorted = all.map((item) => ({ item, ...positionOf(item) })).sort(compare);
  const cursor = request.cursor === undefined ? undefined : decodeCursor(request, request.cursor);
  const page = cursor?.page ?? request.page ?? 1;
  const size = request.paged ? request.pageSize : fullListLimit;
  const after = cursor ? sorted.findIndex((entry) => compare(entry, cursor) > 0) : (page - 1) * size;
  const start = after === -1 ? sorted.length : after;
  const items = sorted.slice(start, start + size).map(({ item }) => item);
  const last = items.at(-1);
  return {
    items,
    ...(request.paged && { page: pageOf(request, page, sorted.length) }),
    ...(last &&
      start + size < sorted.length && {
        nextCursor: encodeCursor(request, { ...positionOf(last), page: page + 1 }),
      }),
  };
};
