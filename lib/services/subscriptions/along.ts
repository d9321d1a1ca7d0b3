import { alongWith } from '../../platform/lifecycle/requested.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { TopicRecord } from '../topics/service.ts';
import { subscriptionIdsOf } from './of-topic.ts';
import type { SubscriptionRecord } from './record.ts';

export interface AlongOptions {
  tables: Pick<Tables, 'query'>;
  store: Pick<ResourceStore<SubscriptionRecord>, 'removeAlong'>;
}

/** What a topic's controller does to its subscriptions. */
export const subscriptionsAlong = ({ tables, store }: AlongOptions) => ({
  has: async ({ tenant, id }: TopicRecord, signal: AbortSignal): Promise<boolean> =>
    (await subscriptionIdsOf(tables, tenant, id, signal)).length > 0,

  async takeAlong(topic: TopicRecord, signal: AbortSignal): Promise<void> {
    const at = topic.deleted_at ?? topic.updated_at;
    for (const id of await subscriptionIdsOf(tables, topic.tenant, topic.id, signal)) {
      const event = alongWith(id, at, topic.event);
      await store.removeAlong(topic.tenant, id, { set: { event } }, signal);
    }
  },
});
