import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import { Delivery, DeliveryParams } from './schema.ts';
import type { Deliveries } from './service.ts';

const deliveryRoute = route<{ deliveries: Deliveries }>();

const listDeliveries = deliveryRoute({
  method: 'GET',
  path: '/notify/subscriptions/:id/deliveries',
  permission: 'notify:read',
  params: IdParams,
  summary: 'List the deliveries of a subscription in the last seven days, newest first',
  description:
    'Each with its latest 50 attempts. Of queues only those that a queue did not take at once are listed.',
  list: { sortBy: ['createdAt'] },
  responds: { status: 200, body: z.array(Delivery) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { deliveries }) => deliveries.list(caller, params.id, list),
});

const resend = deliveryRoute({
  method: 'POST',
  path: '/notify/subscriptions/:id/deliveries/:delivery/resend',
  permission: 'notify:publish',
  params: DeliveryParams,
  idempotent: { exempt: 'a message is sent, nothing is written: a repeat asks for the same attempt' },
  summary: 'Deliver a message once more',
  description:
    'With the same `webhook-id`, and tried for another day. A text of up to 1,024 bytes is kept for seven days, a longer one only if an attempt has failed.',
  responds: { status: 202, body: Message },
  errors: ['NOT_FOUND', 'CONFLICT', 'UNAVAILABLE'],
  handle: ({ params, caller }, { deliveries }) => deliveries.resend(caller, params.id, params.delivery),
});

export const deliveryRoutes = [listDeliveries, resend] as const;
