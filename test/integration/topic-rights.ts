import { DeleteQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { expect } from 'vitest';
import { newId } from '../../lib/platform/ids.ts';
import type { DeliverMessage } from '../../lib/services/deliveries/message.ts';
import { packBody } from '../../lib/services/topics/service.ts';
import type { Account } from '../support/api-client.ts';
import type { RunningEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';

interface Delivery {
  id: string;
}

/** The life of a topic, with all that its workers may ever do: make a queue that is missing among it. */
export const useTopics = async (engine: RunningEngine, { api, id: tenant }: Account): Promise<void> => {
  const made = async (path: string, body: object, headers = {}): Promise<string> => {
    const answer = await api.post<{ id: string }>(path, body, { headers });
    expect(answer.status, answer.text).toBe(201);
    return answer.data.id;
  };
  const sqs = new SQSClient({
    endpoint: engine.endpoints.sqs,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const { DELIVER_QUEUE_URL, TENANT_QUEUES_URL } =
    Object.values(engine.functions).find((one) => one.SEALING_SECRET_ARN && one.DELIVER_QUEUE_URL) ?? {};
  try {
    const queue = await made('/queues', { name: 'subscribed' });
    const topic = await made('/notify/topics', { name: 'news' });
    const path = `/notify/topics/${topic}`;
    const ofQueue = await made(`${path}/subscriptions`, { protocol: 'queue', endpoint: queue });
    // No name server knows it, now or ever: RFC 6761.
    const webhook = { protocol: 'webhook', endpoint: 'https://nobody.invalid/' };
    const failing = await made(`${path}/subscriptions`, webhook, { 'idempotency-key': newId() });
    const received = () =>
      eventually('the queue has a message', async () => {
        const { data } = await api.get<object[]>(`/queues/${queue}/messages?wait_seconds=1`);
        return data.length > 0;
      });
    const loseQueue = () => sqs.send(new DeleteQueueCommand({ QueueUrl: `${TENANT_QUEUES_URL}${queue}` }));

    await api.post(`${path}/publish`, { message: 'first' });
    await received();
    await loseQueue();
    await api.post(`${path}/publish`, { message: 'makes its queue' });
    await received();
    await loseQueue();
    const now = new Date().toISOString();
    const delivery: DeliverMessage = {
      ...{ tenant, subscription: ofQueue, delivery: newId(), message: newId(), attempt: 1, token: newId() },
      ...{ published_at: now, since: now, body: packBody('makes its queue as well') },
    };
    const letter = { QueueUrl: DELIVER_QUEUE_URL, MessageBody: JSON.stringify(delivery) };
    await sqs.send(new SendMessageCommand(letter));
    await received();

    const deliveries = `/notify/subscriptions/${failing}/deliveries`;
    const [one] = await eventually('the webhook was tried', async () => {
      const { data } = await api.get<Delivery[]>(deliveries);
      return data.length > 0 ? data : undefined;
    });
    expect((await api.post(`${deliveries}/${one?.id}/resend`)).status).toBe(202);
    expect((await api.post(`/notify/subscriptions/${failing}/rotate-secret`)).status).toBe(200);
    expect((await api.delete(path)).status).toBe(200);
    await eventually(
      'its subscriptions have gone along',
      async () => (await api.get(`/notify/subscriptions/${failing}`)).status === 404,
    );
    expect((await api.delete(`/queues/${queue}`)).status).toBe(204);
  } finally {
    sqs.destroy();
  }
};
