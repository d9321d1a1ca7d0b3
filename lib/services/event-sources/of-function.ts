import { fromItem } from '../../platform/store/record.ts';
import { nameGuardKey, resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type EventSourceRecord, eventSourceKind } from './record.ts';

const { kind } = eventSourceKind;

/**
 * The ids of a function's event sources, strongly consistent: the guards that keep a queue unique within its function lie in
 * the order of their functions.
 */
export const eventSourceIdsOf = async (
  tables: Pick<Tables, 'query'>,
  tenant: string,
  functionId: string,
  signal?: AbortSignal,
): Promise<string[]> => {
  const ids: string[] = [];
  const { pk, sk } = nameGuardKey(tenant, kind, `${functionId}#`);
  const guards = tables.query({ partition: pk, sort: { beginsWith: sk }, consistent: true, signal });
  for await (const { id } of guards) ids.push(String(id));
  return ids;
};

/** The records of a function's event sources, in no particular order; strongly consistent. */
export const eventSourcesOf = async (
  tables: Pick<Tables, 'query' | 'batchGet'>,
  tenant: string,
  functionId: string,
  signal?: AbortSignal,
): Promise<EventSourceRecord[]> => {
  const ids = await eventSourceIdsOf(tables, tenant, functionId, signal);
  const keys = ids.map((id) => resourceKey(tenant, kind, id));
  const items = keys.length > 0 ? await tables.batchGet(keys, { consistent: true, signal }) : [];
  return items.map((item) => fromItem(eventSourceKind, item)).filter(({ deleted_at }) => !deleted_at);
};
