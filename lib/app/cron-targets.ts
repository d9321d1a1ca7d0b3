import type { Caller } from '../platform/http/caller.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { TargetChecks } from '../services/cron/target.check.ts';
import type { Senders } from '../services/cron/target.resource.ts';
import { functionKind } from '../services/functions/service.ts';
import { queueKind } from '../services/queues/service.ts';
import { composeAcceptInvocation } from './accept-invocation.ts';
import { composePublishing } from './publishing.ts';
import { composeQueueMessages } from './queue-messages.ts';
import type { AppParts } from './serve.ts';

type Parts = Pick<AppParts, 'tables' | 'clock'>;

const findQueue = (parts: Parts) => {
  const queues = createStore(queueKind, parts);
  return ({ principal, signal }: Caller, id: string) => queues.get(principal.tenant, id, { signal });
};

const findFunction = (parts: Parts) => {
  const functions = createStore(functionKind, parts);
  return ({ principal, signal }: Caller, id: string) => functions.get(principal.tenant, id, { signal });
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
    function: { permission: 'function:invoke', needsPayload: false, find: findFunction(parts) },
  };
};

/** How payloads are sent to them: through the services that they belong to. */
export const cronSenders = (parts: Parts): Senders => {
  const [find, messages] = [findQueue(parts), composeQueueMessages(parts)];
  const topics = composePublishing(parts);
  const accept = composeAcceptInvocation(parts);
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
    function: {
      // The run's key is the invocation's id: a repeated call is the same invocation.
      send: async (caller, id, { payload, key: invocationId }) =>
        (await accept(caller, id, Buffer.from(payload), { invocationId })).id,
    },
  };
};
