import { randomUUID } from 'node:crypto';
import { type Action, madeBy, nameFor, remove, some } from './action.ts';
import type { Client } from './client.ts';

/** A target of the tenant's that nobody else has: whatever arrives there is about one thing. */
export const targetOf = ({ tenant, world }: Client): string =>
  `https://${tenant.id}.example/${world.random.chance(0.3) ? 'fails-twice/' : ''}${randomUUID()}`;

const publish = async (client: Client): Promise<void> => {
  const topic = some(client, 'TOPIC');
  if (!topic) return;
  const body = `${client.tenant.id} ${randomUUID()}`;
  const sentAt = client.world.scheduler.now();
  const { status } = await client.once('POST', `/notify/topics/${topic.id}/publish`, { message: body });
  if (status === 200) client.memory.published.push({ topic: topic.id, body, sentAt });
};

/** What is done with queues, topics and subscriptions. */
export const messageActions = {
  queue: (client) =>
    client.change('POST', '/queues', { name: nameFor(client, 'queue') }, madeBy(client, 'QUEUE')),
  changeQueue: (client) => {
    const queue = some(client, 'QUEUE');
    const body = { visibility_timeout: client.world.random.between(1, 60) };
    return queue && client.change('PATCH', `/queues/${queue.id}`, body);
  },
  deleteQueue: (client) => remove(client, some(client, 'QUEUE'), '/queues'),
  topic: (client) =>
    client.change('POST', '/notify/topics', { name: nameFor(client, 'topic') }, madeBy(client, 'TOPIC')),
  deleteTopic: (client) => remove(client, some(client, 'TOPIC'), '/notify/topics'),
  subscribe: (client) => {
    const [topic, queue] = [some(client, 'TOPIC'), some(client, 'QUEUE')];
    if (!topic) return undefined;
    const body =
      queue && client.world.random.chance(0.5)
        ? { protocol: 'queue', endpoint: queue.id }
        : { protocol: 'webhook', endpoint: targetOf(client) };
    const path = `/notify/topics/${topic.id}/subscriptions`;
    return client.change('POST', path, body, madeBy(client, 'SUBSCRIPTION', [topic.id], body));
  },
  unsubscribe: (client) => remove(client, some(client, 'SUBSCRIPTION'), '/notify/subscriptions'),
  publish,
} satisfies Record<string, Action>;
