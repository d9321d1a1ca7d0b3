import type { Controller } from '../../platform/lifecycle/types.ts';
import { type TopicRecord, topicKind, topicUsage } from './record.ts';

export interface TopicControllerOptions {
  subscriptions: {
    /** Whether a topic has any that is not deleted; strongly consistent. */
    has(topic: TopicRecord, signal: AbortSignal): Promise<boolean>;
    /** Deletes those of a topic that is being deleted. Safe to repeat. */
    takeAlong(topic: TopicRecord, signal: AbortSignal): Promise<void>;
  };
}

/** A topic is nothing in AWS: what is left to bring about is that its subscriptions go with it. */
export const createTopicController = ({
  subscriptions,
}: TopicControllerOptions): Controller<TopicRecord, { subscribed: boolean }> => ({
  kind: topicKind.kind,

  async observe(topics, signal) {
    const seen = topics.map(
      async (topic) =>
        [
          topic.id,
          { subscribed: topic.deleted_at !== undefined && (await subscriptions.has(topic, signal)) },
        ] as const,
    );
    return new Map(await Promise.all(seen));
  },

  reconcile(wanted, observed) {
    if (!wanted.deleted_at) return { do: 'converged', set: { status: 'ACTIVE' }, remove: ['status_reason'] };
    if (!observed?.subscribed) return { do: 'forget', usage: topicUsage };
    return {
      do: 'call',
      name: 'TakeSubscriptions',
      call: async (signal) => {
        await subscriptions.takeAlong(wanted, signal);
        return undefined;
      },
    };
  },
});
