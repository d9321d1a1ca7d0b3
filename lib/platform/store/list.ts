import type { ListRequest } from '../http/list.ts';
import type { Listed } from '../http/route.ts';
import { partitionOf, resourceKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Condition, Item, Query } from '../table/types.ts';
import type { StoreContext } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { fullListLimit } from './paging.ts';
import { fromItem } from './record.ts';
import type { ResourceStore } from './types.ts';

/** The order of a list without paging, and of the cursors that it gives. */
export const newestFirst = { sortBy: 'createdAt', sortDir: 'desc' } as const satisfies Partial<ListRequest>;

/** Tombstones are in the table and its replica until the cloud says that they are gone. */
export const isListed: Condition = {
  expression: 'attribute_not_exists(#deleted_at)',
  names: { '#deleted_at': 'deleted_at' },
};

/**
 * Reads `wanted` listed items of a kind in key order. What a filter takes out is made up for by reading on.
 * `more` is false where the partition certainly ends here.
 */
export const readListed = async <R extends Resource>(
  { kind, tables }: StoreContext<R>,
  tenant: string,
  wanted: number,
  {
    afterId,
    ...query
  }: Pick<Query, 'descending' | 'consistent' | 'signal' | 'index' | 'project'> & { afterId?: string },
): Promise<{ items: Item[]; more: boolean }> => {
  const items: Item[] = [];
  let startAfter: Item | undefined =
    afterId === undefined ? undefined : { ...resourceKey(tenant, kind.kind, afterId) };
  while (items.length < wanted) {
    const page = await tables.queryPage({
      ...query,
      partition: partitionOf(tenant, kind.kind),
      limit: wanted - items.length,
      filter: kind.reconciled ? isListed : undefined,
      startAfter,
    });
    items.push(...page.items);
    startAfter = page.lastKey;
    if (!startAfter) return { items, more: false };
  }
  return { items, more: true };
};

export const createList =
  <R extends Resource>(context: StoreContext<R>): ResourceStore<R>['list'] =>
  async (tenant, { limit = fullListLimit, cursor, signal } = {}) => {
    const after = cursor === undefined ? undefined : decodeCursor(newestFirst, cursor);
    // One more than asked for tells whether the list goes on.
    const { items } = await readListed(context, tenant, limit + 1, {
      descending: true,
      consistent: true,
      afterId: after?.id,
      signal,
    });
    const resources = items.slice(0, limit).map((item) => fromItem(context.kind, item));
    const listed: Listed<R[]> = { items: resources };
    const last = resources.at(-1);
    if (last && items.length > limit)
      listed.nextCursor = encodeCursor(newestFirst, { value: '', id: last.id, page: (after?.page ?? 1) + 1 });
    return listed;
  };
