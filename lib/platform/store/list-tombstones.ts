import { partitionOf } from '../table/keys.ts';
import type { Resource } from '../table/resource.ts';
import type { Tables } from '../table/types.ts';
import { fromItem } from './record.ts';
import type { ResourceKind } from './types.ts';

/** What of a kind was deleted and is not gone yet, newest first; strongly consistent. It reads the kind whole. */
export const listTombstones = async <R extends Resource>(
  kind: ResourceKind<R>,
  tables: Pick<Tables, 'query'>,
  tenant: string,
  signal?: AbortSignal,
): Promise<R[]> => {
  const items = tables.query({
    partition: partitionOf(tenant, kind.kind),
    descending: true,
    consistent: true,
    filter: { expression: 'attribute_exists(#deleted_at)', names: { '#deleted_at': 'deleted_at' } },
    signal,
  });
  const found: R[] = [];
  for await (const item of items) found.push(fromItem(kind, item));
  return found;
};
