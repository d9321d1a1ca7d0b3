import * as z from 'zod/mini';
import { IdParams } from '../../platform/http/params.ts';
import { route } from '../../platform/http/route.ts';
import { Message } from '../instances/schema.ts';
import { CreateTopic, Published, PublishMessage, Topic } from './schema.ts';
import type { Topics } from './service.ts';

const topicRoute = route<{ topics: Topics }>();

const createTopic = topicRoute({
  method: 'POST',
  path: '/notify/topics',
  permission: 'notify:create',
  idempotent: true,
  summary: 'Create a topic',
  body: CreateTopic,
  responds: { status: 201, body: Topic },
  errors: ['CONFLICT', 'RESOURCE_LIMIT_EXCEEDED'],
  handle: ({ body, caller }, { topics }) => topics.create(caller, body),
});

const listTopics = topicRoute({
  method: 'GET',
  path: '/notify/topics',
  permission: 'notify:read',
  summary: 'List topics, newest first',
  list: { sortBy: ['name', 'createdAt'] },
  responds: { status: 200, body: z.array(Topic) },
  handle: ({ caller, list }, { topics }) => topics.list(caller, list),
});

const deleteTopic = topicRoute({
  method: 'DELETE',
  path: '/notify/topics/:id',
  permission: 'notify:delete',
  params: IdParams,
  idempotent: true,
  summary: 'Delete a topic and its subscriptions',
  responds: { status: 200, body: Message },
  errors: ['NOT_FOUND'],
  handle: ({ params, caller }, { topics }) => topics.delete(caller, params.id),
});

const publish = topicRoute({
  method: 'POST',
  path: '/notify/topics/:id/publish',
  permission: 'notify:publish',
  params: IdParams,
  idempotent: { exempt: 'a message is sent, nothing is written: a repeat is a second message' },
  summary: 'Publish a message to every subscription of a topic',
  description:
    'The message is safe once this answers, and reaches each subscription at least once. `attributes` (up to 10) are what filter policies look at.',
  body: PublishMessage,
  responds: { status: 200, body: Published },
  errors: ['NOT_FOUND', 'UNAVAILABLE'],
  handle: ({ params, body, caller }, { topics }) => topics.publish(caller, params.id, body),
});

export const topicRoutes = [createTopic, listTopics, deleteTopic, publish] as const;
