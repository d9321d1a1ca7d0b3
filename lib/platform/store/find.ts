import { notFound } from '../errors/index.ts';
import { parseId } from '../ids.ts';
import { nameGuardKey, nameIndexKey, partitionOf, resourceKey } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { StoreContext } from './context.ts';
import { guardedName } from './names.ts';
import { fromItem, isReconciled } from './record.ts';
import type { ResourceKind, ResourceStore } from './types.ts';

export const isTombstone = <R extends Resource>(kind: ResourceKind<R>, resource: R): boolean =>
  isReconciled(kind, resource) && resource.deleted_at !== undefined;

export const createFind =
  <R extends Resource>({ kind, tables }: StoreContext<R>): ResourceStore<R>['find'] =>
  async (tenant, id, { signal, tombstones = false } = {}) => {
    const item = await tables.get(resourceKey(tenant, kind.kind, id), { consistent: true, signal });
    if (!item) return undefined;
    const resource = fromItem(kind, item);
    return tombstones || !isTombstone(kind, resource) ? resource : undefined;
  };

/** DynamoDB's bound for a sort key, in bytes. A longer name is nobody's. */
const maxSortKeyBytes = 1024;

/** Finds by exact name: the one that has it, or the newest of those that share it. */
const createFindByName =
  <R extends Resource>({ kind, tables }: StoreContext<R>, find: ResourceStore<R>['find']) =>
  async (
    tenant: string,
    name: string,
    { signal, scope }: { signal?: AbortSignal; scope?: string },
  ): Promise<R | undefined> => {
    if (kind.names === 'none' || name === '' || Buffer.byteLength(nameIndexKey(name, '')) > maxSortKeyBytes)
      return undefined;
    if (kind.names === 'unique') {
      if (kind.nameScope && scope === undefined) return undefined;
      const key = nameGuardKey(tenant, kind.kind, guardedName(kind.nameScope && scope, name));
      const guard = await tables.get(key, { consistent: true, signal });
      return guard && find(tenant, String(guard.id), { signal });
    }
    const keys = tables.query({
      index: 'byName',
      partition: partitionOf(tenant, kind.kind),
      sort: { beginsWith: nameIndexKey(name, '') },
      descending: true,
      limit: 10,
      signal,
    });
    for await (const { sk, nsk } of keys) {
      // A name may hold the separator, and the index may lag behind the table.
      if (nsk !== nameIndexKey(name, String(sk))) continue;
      const resource = await find(tenant, String(sk), { signal });
      if (resource?.name === name) return resource;
    }
    return undefined;
  };

export const createGet = <R extends Resource>(
  context: StoreContext<R>,
  find: ResourceStore<R>['find'],
): ResourceStore<R>['get'] => {
  const findByName = createFindByName(context, find);
  return async (tenant, idOrName, { signal, scope } = {}) => {
    const id = parseId(idOrName);
    const resource = await (id
      ? find(tenant, id, { signal })
      : findByName(tenant, idOrName, { signal, scope }));
    if (!resource) throw notFound(context.kind.label, context.kind.absent);
    return resource;
  };
};
