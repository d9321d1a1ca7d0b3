import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import {
  CreateSubscription,
  NewSubscription,
  RotatedSecret,
  Subscription,
  UpdateSubscription,
} from './schema.ts';
import type { Subscriptions } from './service.ts';

const subscriptionRoute = route<{ subscriptions: Subscriptions }>();

const subscribe = subscriptionRoute({
  method: 'POST',
  path: '/notify/topics/:id/subscriptions',
  permission: 'notify:publish',
  params: IdParams,
  idempotent: 'encrypted',
  summary: 'Subscribe a queue or a webhook to a topic',
  description:
    'The `endpoint` is the id of a queue of yours, or an `http` or `https` URL. `filter_policy` is that of SNS: exact values, `prefix`, `anything-but`, `numeric`, `exists`. A webhook’s answer holds its `signing_secret`, which is never shown again.',
  body: CreateSubscription,
  responds: { status: 201, body: NewSubscription },
  errors: ['NOT_FOUND', 'CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ params, body, caller }, { subscriptions }) => subscriptions.create(caller, params.id, body),
});

const listSubscriptions = subscriptionRoute({
  method: 'GET',
  path: '/notify/topics/:id/subscriptions',
  permission: 'notify:read',
  params: IdParams,
  summary: 'List the subscriptions of a topic, newest first',
  list: { sortBy: ['createdAt', 'state'] },
  responds: { status: 200, body: z.array(Subscription) },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller, list }, { subscriptions }) => subscriptions.list(caller, params.id, list),
});

const getSubscription = subscriptionRoute({
  method: 'GET',
  path: '/notify/subscriptions/:id',
  permission: 'notify:read',
  params: IdParams,
  summary: 'Get a subscription',
  responds: { status: 200, body: Subscription },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { subscriptions }) => subscriptions.get(caller, params.id),
});

const updateSubscription = subscriptionRoute({
  method: 'PATCH',
  path: '/notify/subscriptions/:id',
  permission: 'notify:publish',
  params: IdParams,
  idempotent: true,
  summary: 'Change a subscription’s filter, disable or enable it',
  body: UpdateSubscription,
  responds: { status: 200, body: Subscription },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, body, caller }, { subscriptions }) => subscriptions.update(caller, params.id, body),
});

const rotateSecret = subscriptionRoute({
  method: 'POST',
  path: '/notify/subscriptions/:id/rotate-secret',
  permission: 'notify:publish',
  params: IdParams,
  idempotent: 'encrypted',
  summary: 'Give a webhook a new signing secret',
  description: 'For a day each delivery is signed with the secret before as well.',
  responds: { status: 200, body: RotatedSecret },
  errors: ['NOT_FOUND', 'CONFLICT'],
  handle: ({ params, caller }, { subscriptions }) => subscriptions.rotateSecret(caller, params.id),
});

const unsubscribe = subscriptionRoute({
  method: 'DELETE',
  path: '/notify/subscriptions/:id',
  permission: 'notify:delete',
  params: IdParams,
  idempotent: true,
  summary: 'Delete a subscription',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { subscriptions }) => subscriptions.delete(caller, params.id),
});

export const subscriptionRoutes = [
  subscribe,
  listSubscriptions,
  getSubscription,
  updateSubscription,
  rotateSecret,
  unsubscribe,
] as const;
