import { alongWith } from '../../platform/lifecycle/requested.ts';
import type { Controller } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { TopicRecord } from '../topics/service.ts';
import { type SubscriptionRecord, subscriptionKind, subscriptionUsage } from './record.ts';

export interface SubscriptionControllerOptions {
  topics: Pick<ResourceStore<TopicRecord>, 'find'>;
  store: Pick<ResourceStore<SubscriptionRecord>, 'removeAlong'>;
}

/** A subscription is nothing in AWS. One that was made while its topic went goes after it. */
export const createSubscriptionController = ({
  topics,
  store,
}: SubscriptionControllerOptions): Controller<SubscriptionRecord, { topic: TopicRecord }> => ({
  kind: subscriptionKind.kind,

  async observe(subscriptions, signal) {
    const seen = subscriptions.map(async ({ id, tenant, topic_id }) => {
      const topic = await topics.find(tenant, topic_id, { signal });
      return topic ? ([[id, { topic }]] as const) : [];
    });
    return new Map((await Promise.all(seen)).flat());
  },

  reconcile(wanted, observed, now) {
    if (wanted.deleted_at) return { do: 'forget', usage: subscriptionUsage };
    if (observed)
      return {
        do: 'converged',
        remove: ['status_reason'],
        ...(wanted.status === 'ERROR' && { set: { status: 'ACTIVE' as const } }),
      };
    return {
      do: 'call',
      name: 'FollowTopic',
      writesRecord: true,
      call: async (signal) => {
        const event = alongWith(wanted.id, new Date(now).toISOString());
        await store.removeAlong(wanted.tenant, wanted.id, { set: { event } }, signal);
        return undefined;
      },
    };
  },
});
