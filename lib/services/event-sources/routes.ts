import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../functions/schema.ts';
import { CreateEventSource, EventSource, EventSourceParams, UpdateEventSource } from './schema.ts';
import type { EventSources } from './service.ts';

const declare = route<{ eventSources: EventSources }>();

export const eventSourceRoutes = [
  declare({
    method: 'POST',
    path: '/functions/:id/event-sources',
    permission: 'function:create',
    idempotent: true,
    params: IdParams,
    summary: 'Run a function for the messages of a queue',
    description:
      'The queue is one of your own; taking its messages needs `queue:read`, `queue:write` and `function:invoke` as well. Each batch is an invocation, whose payload is the event that AWS’ SQS gives to Lambda. What fails comes back to the queue after its visibility timeout.',
    body: CreateEventSource,
    responds: { status: 201, body: EventSource },
    errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
    handle: ({ params, body, caller }, { eventSources }) => eventSources.create(caller, params.id, body),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id/event-sources',
    permission: 'function:read',
    params: IdParams,
    summary: 'List the event sources of a function, newest first',
    list: { sortBy: ['createdAt', 'state'] },
    responds: { status: 200, body: z.array(EventSource) },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller, list }, { eventSources }) => eventSources.list(caller, params.id, list),
  }),
  declare({
    method: 'GET',
    path: '/functions/:id/event-sources/:sourceId',
    permission: 'function:read',
    params: EventSourceParams,
    summary: 'Get an event source',
    responds: { status: 200, body: EventSource },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { eventSources }) => eventSources.get(caller, params.id, params.sourceId),
  }),
  declare({
    method: 'PATCH',
    path: '/functions/:id/event-sources/:sourceId',
    permission: 'function:create',
    idempotent: true,
    params: EventSourceParams,
    summary: 'Change an event source, pause it or let it go on',
    body: UpdateEventSource,
    responds: { status: 200, body: EventSource },
    errors: ['NOT_FOUND', 'CONFLICT'],
    handle: ({ params, body, caller }, { eventSources }) =>
      eventSources.update(caller, params.id, params.sourceId, body),
  }),
  declare({
    method: 'DELETE',
    path: '/functions/:id/event-sources/:sourceId',
    permission: 'function:delete',
    idempotent: true,
    params: EventSourceParams,
    summary: 'Delete an event source',
    responds: { status: 200, body: Message },
    errors: ['NOT_FOUND'],
    handle: ({ params, caller }, { eventSources }) => eventSources.delete(caller, params.id, params.sourceId),
  }),
] as const;
