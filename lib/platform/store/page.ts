import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { counterKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { StoreContext } from './context.ts';
import { totalAttribute } from './counter.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { readListed } from './list.ts';
import { createPageOfSelection } from './page-of-selection.ts';
import { pageOf } from './paging.ts';
import { fromItem } from './record.ts';
import type { ListFilters, ResourceStore } from './types.ts';

const hasFilter = <R>({ equals = {}, where }: ListFilters<R>): boolean =>
  where !== undefined || Object.values(equals).some((value) => value !== undefined);

/** Where the page begins that is asked for by number: the last id before it, read from the slim replica. */
const idBefore = async <R extends Resource>(
  context: StoreContext<R>,
  tenant: string,
  skip: number,
  request: ListRequest,
  signal: AbortSignal | undefined,
): Promise<{ id?: string; beyond: boolean }> => {
  if (skip === 0) return { beyond: false };
  const { items } = await readListed(context, tenant, skip, {
    index: 'slim',
    project: ['sk'],
    descending: request.sortDir === 'desc',
    signal,
  });
  return { id: items.at(-1)?.sk as string | undefined, beyond: items.length < skip };
};

/**
 * A page in the order of creation: read from the table itself, in at most three requests.
 * The total comes from the counter, so it costs half a unit whatever there is.
 */
const createPageByCreation =
  <R extends Resource>(context: StoreContext<R>) =>
  async (tenant: string, request: ListRequest, signal?: AbortSignal): Promise<Listed<R[]>> => {
    const { kind, tables } = context;
    const { pageSize } = request;
    const cursor = request.cursor === undefined ? undefined : decodeCursor(request, request.cursor);
    const number = cursor?.page ?? request.page ?? 1;
    const descending = request.sortDir === 'desc';
    const counting = tables.get(counterKey(tenant, kind.kind), { project: [totalAttribute], signal });
    const reading = async () => {
      const start = cursor
        ? { id: cursor.id, beyond: false }
        : await idBefore(context, tenant, (number - 1) * pageSize, request, signal);
      if (start.beyond) return { items: [], more: false };
      return readListed(context, tenant, pageSize, { descending, afterId: start.id, signal });
    };
    const [counter, { items, more }] = await Promise.all([counting, reading()]);
    const total = Number(counter?.[totalAttribute] ?? 0);
    const resources = items.map((item) => fromItem(kind, item));
    const last = resources.at(-1);
    const listed: Listed<R[]> = { items: resources, page: pageOf(request, number, total) };
    if (!last || !more) return listed;
    // A page that ends exactly with the list looks as if there were more: only the last one is worth a look.
    const endsHere =
      number * pageSize >= total &&
      (await readListed(context, tenant, 1, { descending, afterId: last.id, signal })).items.length === 0;
    if (!endsHere) listed.nextCursor = encodeCursor(request, { value: '', id: last.id, page: number + 1 });
    return listed;
  };

export const createPage = <R extends Resource>(
  context: StoreContext<R>,
  list: ResourceStore<R>['list'],
): ResourceStore<R>['page'] => {
  const pageByCreation = createPageByCreation(context);
  const pageOfSelection = createPageOfSelection(context);
  return (tenant, request, filters = {}, signal) => {
    if (hasFilter(filters) || request.q) return pageOfSelection(tenant, request, filters, signal);
    if (!request.paged) return list(tenant, { cursor: request.cursor, signal });
    if (request.sortBy === 'createdAt') return pageByCreation(tenant, request, signal);
    return pageOfSelection(tenant, request, filters, signal);
  };
};
