import type { Caller } from '../platform/http/caller.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { TargetChecks } from '../services/cron/target.check.ts';
import type { Senders } from '../services/cron/target.resource.ts';
import { queueKind } from '../services/queues/service.ts';
import { composePublishing } from './publishing.ts';
import { composeQueueMessages } from './queue-messages.ts';
import type { AppParts } from './serve.ts';

type Parts = Pick<AppParts, 'tables' | 'clock'>;

const findQueue = (parts: Parts) => {
  const queues = createStore(queueKind, parts);
  return ({ principal, signal }: Caller, id: string) => queues.get(principal.tenant, id, { signal });
};

/** What a job's owner must have, and be allowed to use. */
export const cronTargetChecks = (parts: Parts): TargetChecks => {
  const topics = composePublishing(parts);
  return {
    queue: { permission: 'queue:write', needsPayload: true, find: findQueue(parts) },
    topic: {
      permission: 'notify:publish',
      needsPayload: true,
      find: (caller, id) => topics.get(caller, id),
    },
  };
};

/** How payloads are sent to them: through the services that they belong to. */
export const cronSenders = (parts: Parts): Senders => {
  const [find, messages] = [findQueue(parts), composeQueueMessages(parts)];
  const topics = composePublishing(parts);
  return {
    queue: {
      // A FIFO queue keeps a job's messages in order, and drops what a repeated call sends again.
      send: async (caller, id, { payload: body, jobId: message_group_id, key: deduplication_id }) => {
        const { fifo } = await find(caller, id);
        const order = fifo ? { message_group_id, deduplication_id } : {};
        return (await messages.send(caller, id, { body, ...order })).id;
      },
    },
    topic: {
      // The run's key is the message's id: a repeated call has the same deliveries.
      send: async (caller, id, { payload: message, key }) =>
        (await topics.publish(caller, id, { message, id: key })).message_id,
    },
  };
};
