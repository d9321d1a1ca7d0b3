import type { StoreOptions } from '../platform/store/create-store.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createSubscriptionController } from '../services/subscriptions/controller.ts';
import { subscriptionKind, subscriptionsAlong } from '../services/subscriptions/service.ts';
import { createTopicController } from '../services/topics/controller.ts';
import { topicKind } from '../services/topics/service.ts';

/** Topics and subscriptions, each store with its controller. */
export const notifyKinds = (parts: StoreOptions) => {
  const topics = createStore(topicKind, parts);
  const subscriptions = createStore(subscriptionKind, parts);
  const along = subscriptionsAlong({ tables: parts.tables, store: subscriptions });
  return [
    { store: topics, controller: createTopicController({ subscriptions: along }) },
    { store: subscriptions, controller: createSubscriptionController({ topics, store: subscriptions }) },
  ] as const;
};
