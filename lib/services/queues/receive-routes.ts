import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message, ReceiveQuery } from './message-schema.ts';
import type { Receiving } from './receiving.ts';

/** What the function that waits for messages needs. */
export interface PollServices {
  receiving: Receiving;
}

/** The route of the poll function, apart from all others: who waits holds a process for up to 20 s. */
export const pollRoutes = [
  route<PollServices>()({
    method: 'GET',
    path: '/queues/:id/messages',
    permission: 'queue:read',
    summary: 'Receive messages',
    description:
      'Up to `max_messages` (1; 1 to 10), at once or as soon as there is one within `wait_seconds` (0; at most 20). Each is hidden from others for the queue’s `visibility_timeout`; within that time its receipt handle deletes it.',
    params: IdParams,
    query: ReceiveQuery,
    responds: { status: 200, body: z.array(Message) },
    errors: ['NOT_FOUND'],
    handle: ({ params, query, caller }, { receiving }) => receiving.receive(caller, params.id, query),
  }),
] as const;
