import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message as Answer } from '../instances/schema.ts';
import {
  ChangeVisibility,
  DeletedMessages,
  DeleteMessages,
  Message,
  MessageParams,
  MessageVisibility,
  SendMessage,
  SendMessages,
  SentMessages,
} from './message-schema.ts';
import type { QueueMessages } from './messages.ts';
import { CountedQueue, CreateQueue, Queue, QueueFilters, UpdateQueue } from './schema.ts';
import type { Queues } from './service.ts';

const declare = route<{ queues: Queues; queueMessages: QueueMessages }>();

/** One durable call to SQS, and no write of ours that a key could lie beside. */
const onlyMessages = {
  exempt: 'is one call to SQS and writes nothing: a FIFO queue knows a repeat by its deduplication id',
};

export const queueRoutes = [
  declare({
    method: 'POST',
    path: '/queues',
    permission: 'queue:create',
    idempotent: true,
    summary: 'Create a queue',
    description: 'It can be used at once. 0 stands for the default, as the contract’s clients send it.',
    body: CreateQueue,
    responds: { status: 201, body: Queue },
    errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ body, caller }, { queues }) => queues.create(caller, body),
  }),
  declare({
    method: 'GET',
    path: '/queues',
    permission: 'queue:read',
    summary: 'List queues, newest first',
    query: QueueFilters,
    list: { sortBy: ['name', 'createdAt', 'state'], filters: ['state'] },
    responds: { status: 200, body: z.array(Queue) },
    handle: ({ caller, list, query }, { queues }) => queues.list(caller, list, query),
  }),
  declare({
    method: 'GET',
    path: '/queues/:id',
    permission: 'queue:read',
    summary: 'Get a queue, with about how many messages it holds',
    params: IdParams,
    responds: { status: 200, body: CountedQueue },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { queues }) => queues.get(caller, params.id),
  }),
  declare({
    method: 'PATCH',
    path: '/queues/:id',
    permission: 'queue:create',
    idempotent: true,
    summary: 'Change a queue',
    description: 'SQS takes up to a minute to heed new settings, for a new retention up to 15.',
    params: IdParams,
    body: UpdateQueue,
    responds: { status: 200, body: Queue },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, body, caller }, { queues }) => queues.update(caller, params.id, body),
  }),
  declare({
    method: 'DELETE',
    path: '/queues/:id',
    permission: 'queue:delete',
    idempotent: true,
    summary: 'Delete a queue and its messages',
    params: IdParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { queues }) => queues.delete(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/queues/:id/purge',
    permission: 'queue:write',
    idempotent: { exempt: 'a repeat would empty the queue of what came in between: once a minute at most' },
    summary: 'Delete all messages of a queue, received ones too',
    description: 'Once a minute at most; a second time answers 429 with `Retry-After`.',
    params: IdParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { queues }) => queues.purge(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/queues/:id/redrive',
    permission: 'queue:write',
    idempotent: true,
    summary: 'Move the dead letters of a queue back into it',
    description: 'All that its dead-letter queue holds now, in the background.',
    params: IdParams,
    responds: { status: 202, body: Answer },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, caller }, { queues }) => queues.redrive(caller, params.id),
  }),
  declare({
    method: 'POST',
    path: '/queues/:id/messages',
    permission: 'queue:write',
    idempotent: onlyMessages,
    summary: 'Send a message',
    params: IdParams,
    body: SendMessage,
    responds: { status: 201, body: Message },
    errors: ['NOT_FOUND'],
    handle: ({ params, body, caller }, { queueMessages }) => queueMessages.send(caller, params.id, body),
  }),
  declare({
    method: 'POST',
    path: '/queues/:id/messages/batch',
    permission: 'queue:write',
    idempotent: onlyMessages,
    summary: 'Send up to ten messages',
    description: 'Each goes through or fails by itself; what is wrong with the request sends none.',
    params: IdParams,
    body: SendMessages,
    responds: { status: 200, body: SentMessages },
    errors: ['NOT_FOUND'],
    handle: ({ params, body, caller }, { queueMessages }) =>
      queueMessages.sendBatch(caller, params.id, body.messages),
  }),
  declare({
    method: 'DELETE',
    path: '/queues/:id/messages/:handle',
    permission: 'queue:write',
    idempotent: { exempt: 'a message that is deleted twice is gone once' },
    summary: 'Delete a received message',
    description:
      'Within the time that it is hidden, until its `visible_at`; then the handle is unknown. A repeat within that time answers 204.',
    params: MessageParams,
    responds: { status: 204, body: 'empty' },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { queueMessages }) => queueMessages.delete(caller, params.id, params.handle),
  }),
  declare({
    method: 'PATCH',
    path: '/queues/:id/messages/:handle',
    permission: 'queue:write',
    idempotent: { exempt: 'counts from now at each call, and writes nothing' },
    summary: 'Change how long a received message is hidden',
    description:
      'For `visibility_timeout` seconds from now on, 12 hours from the receive at most; with 0 it can be received at once. Go on with the handle of the answer.',
    params: MessageParams,
    body: ChangeVisibility,
    responds: { status: 200, body: MessageVisibility },
    errors: ['NOT_FOUND'],
    handle: ({ params, body, caller }, { queueMessages }) =>
      queueMessages.hide(caller, params.id, params.handle, body.visibility_timeout),
  }),
  declare({
    method: 'POST',
    path: '/queues/:id/messages/delete-batch',
    permission: 'queue:write',
    idempotent: { exempt: 'a message that is deleted twice is gone once' },
    summary: 'Delete up to ten received messages',
    params: IdParams,
    body: DeleteMessages,
    responds: { status: 200, body: DeletedMessages },
    errors: ['NOT_FOUND'],
    handle: ({ params, body, caller }, { queueMessages }) =>
      queueMessages.deleteBatch(caller, params.id, body.receipt_handles),
  }),
] as const;
