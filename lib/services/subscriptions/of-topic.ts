import { fromItem } from '../../platform/store/record.ts';
import { nameGuardKey, resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type SubscriptionRecord, subscriptionKind } from './record.ts';

const { kind } = subscriptionKind;

/**
 * The ids of a topic's subscriptions, strongly consistent: the guards that keep an endpoint unique within its topic lie in
 * the order of their topics.
 */
export const subscriptionIdsOf = async (
  tables: Pick<Tables, 'query'>,
  tenant: string,
  topicId: string,
  signal?: AbortSignal,
): Promise<string[]> => {
  const ids: string[] = [];
  const { pk, sk } = nameGuardKey(tenant, kind, `${topicId}#`);
  const guards = tables.query({ partition: pk, sort: { beginsWith: sk }, consistent: true, signal });
  for await (const { id } of guards) ids.push(String(id));
  return ids;
};

export interface OfTopicOptions {
  /** Half the price without: what was changed just now may not show then, though what was made just now does. */
  consistent: boolean;
  signal?: AbortSignal;
}

/** The records of a topic's subscriptions, in no particular order. */
export const subscriptionsOf = async (
  tables: Pick<Tables, 'query' | 'batchGet'>,
  tenant: string,
  topicId: string,
  { consistent, signal }: OfTopicOptions,
): Promise<SubscriptionRecord[]> => {
  const ids = await subscriptionIdsOf(tables, tenant, topicId, signal);
  const read = async (
    wanted: readonly string[],
    how: { consistent: boolean },
  ): Promise<SubscriptionRecord[]> => {
    const keys = wanted.map((id) => resourceKey(tenant, kind, id));
    const items = keys.length > 0 ? await tables.batchGet(keys, { ...how, signal }) : [];
    return items.map((item) => fromItem(subscriptionKind, item));
  };
  const found = await read(ids, { consistent });
  const known = new Set(found.map(({ id }) => id));
  const missed = consistent ? [] : ids.filter((id) => !known.has(id));
  const late = await read(missed, { consistent: true });
  return [...found, ...late].filter(({ deleted_at }) => !deleted_at);
};
