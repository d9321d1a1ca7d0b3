import { createStore } from '../platform/store/create-store.ts';
import type { Senders } from '../services/cron/target.resource.ts';
import { queueKind } from '../services/queues/service.ts';
import { composeAcceptInvocation } from './accept-invocation.ts';
import { composePublishing } from './publishing.ts';
import { composeQueueMessages } from './queue-messages.ts';
import type { AppParts } from './serve.ts';

type Parts = Pick<AppParts, 'tables' | 'clock'>;

/** How payloads are sent to them: through the services that they belong to. */
export const cronSenders = (parts: Parts): Senders => {
  const [queues, messages] = [createStore(queueKind, parts), composeQueueMessages(parts)];
  const topics = composePublishing(parts);
  const accept = composeAcceptInvocation(parts);
  return {
    queue: {
      // A FIFO queue keeps a job's messages in order, and drops what a repeated call sends again.
      send: async (caller, id, { payload: body, jobId: message_group_id, key: deduplication_id }) => {
        const { fifo } = await queues.get(caller.principal.tenant, id, { signal: caller.signal });
        const order = fifo ? { message_group_id, deduplication_id } : {};
        return (await messages.send(caller, id, { body, ...order })).id;
      },
    },
    topic: {
      // The run's key is the message's id: a repeated call has the same deliveries.
      send: async (caller, id, { payload: message, key }) =>
        (await topics.publish(caller, id, { message, id: key })).message_id,
    },
    function: {
      // The run's key is the invocation's id: a repeated call is the same invocation.
      send: async (caller, id, { payload, key: invocationId }) =>
        (await accept(caller, id, Buffer.from(payload), { invocationId })).id,
    },
  };
};
