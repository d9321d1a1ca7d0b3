import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { resourceKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { StoreContext } from './context.ts';
import { cut } from './cut.ts';
import { isTombstone } from './find.ts';
import { matches } from './order.ts';
import { readSlim, type Slim } from './read-slim.ts';
import { fromItem } from './record.ts';
import type { ListFilters } from './types.ts';

/**
 * A page of what filters select, or of all in another order. The slim replica is read whole, which is a fifth of the
 * table's size, so `total` is exact as it was read; of the records only those of the page.
 */
export const createPageOfSelection =
  <R extends Resource>(context: StoreContext<R>) =>
  async (
    tenant: string,
    request: ListRequest,
    filters: ListFilters<R>,
    signal?: AbortSignal,
  ): Promise<Listed<R[]>> => {
    const { kind, tables } = context;
    const selected: Slim[] = [];
    for await (const slim of readSlim(tables, kind, tenant, filters, signal))
      if (matches(slim, request.q)) selected.push(slim);
    const { items: chosen, ...page } = cut(selected, request);
    const found = await tables.batchGet(
      chosen.map(({ id }) => resourceKey(tenant, kind.kind, id)),
      { signal },
    );
    const byId = new Map(found.map((item) => [String(item.sk), item]));
    const items = chosen.flatMap(({ id }) => {
      const item = byId.get(id);
      const resource = item && fromItem(kind, item);
      return resource && !isTombstone(kind, resource) ? [resource] : [];
    });
    return { ...page, items };
  };
