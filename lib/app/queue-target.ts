import { createStore } from '../platform/store/create-store.ts';
import type { Target } from '../services/deliveries/backend.ts';
import { queueTarget } from '../services/deliveries/target.queue.ts';
import { queueKind } from '../services/queues/service.ts';
import { composeQueueMessages } from './queue-messages.ts';
import type { AppParts } from './serve.ts';

/** Delivering to queues of tenants. To a FIFO queue the topic is the message group, and a delivery goes once. */
export const sqsQueueTarget = (parts: Pick<AppParts, 'tables' | 'clock'>): Target => {
  const store = createStore(queueKind, parts);
  const messages = composeQueueMessages(parts);
  return queueTarget({
    async send(caller, queueId, { body, topic, delivery }) {
      const { fifo } = await store.get(caller.principal.tenant, queueId, { signal: caller.signal });
      const order = fifo ? { message_group_id: topic, deduplication_id: delivery } : {};
      await messages.send(caller, queueId, { body, ...order });
    },
  });
};
