import type { Resource } from '../table/resource.ts';
import type { ResourceStore } from './types.ts';

/** Every resource of a kind that a tenant has, newest first, however many; strongly consistent. */
export const listAll = async <R extends Resource>(
  store: Pick<ResourceStore<R>, 'list'>,
  tenant: string,
  signal?: AbortSignal,
): Promise<R[]> => {
  const all: R[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.list(tenant, { cursor, signal });
    all.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
};
