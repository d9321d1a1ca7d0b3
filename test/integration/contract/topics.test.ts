import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Account, type Answer, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { type Receiver, startReceiver } from '../../support/webhook-receiver.ts';
import { expectEnvelope, expectError } from '../../support/wire.ts';

interface Subscription {
  id: string;
  topic_id: string;
  endpoint: string;
  status: string;
  signing_secret?: string;
  disabled_reason?: string;
}

interface Delivery {
  id: string;
  message_id: string;
  status: string;
  attempts: { number: number; status_code?: number; error?: string }[];
}

const expectRefused = (answer: Answer, status: number, type: string): void => {
  expectError(answer);
  expect([answer.status, answer.body.error.type]).toEqual([status, type]);
};

const expectDone = (answer: Answer, status: number): void => {
  expectEnvelope(answer);
  expect(answer.status).toBe(status);
};

describe('contract 2.12: topics, subscriptions, webhooks', () => {
  let engine: RunningEngine;
  let user: Account;
  let receiver: Receiver;

  beforeAll(async () => {
    vi.stubEnv('CLOUD_ALLOW_LOOPBACK_TARGETS', '1');
    [engine, receiver] = await Promise.all([runEngine(), startReceiver()]);
    user = await newAccount(engine.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([engine?.stop(), receiver?.stop()]);
  });

  const newTopic = async (name = `t-${randomUUID()}`): Promise<string> => {
    const answer = await user.api.post<{ id: string }>('/notify/topics', { name });
    expect(answer.status, answer.text).toBe(201);
    return answer.data.id;
  };
  const newQueue = async (): Promise<string> =>
    (await user.api.post<{ id: string }>('/queues', { name: `q-${randomUUID()}` })).data.id;
  const subscribe = (topic: string, body: object) =>
    user.api.post<Subscription>(`/notify/topics/${topic}/subscriptions`, body);
  const webhook = async (topic: string, path: string, more: object = {}): Promise<Subscription> => {
    const answer = await subscribe(topic, { protocol: 'webhook', endpoint: receiver.url(path), ...more });
    expect(answer.status, answer.text).toBe(201);
    return answer.data;
  };
  const publish = async (topic: string, message: string, attributes?: object): Promise<string> => {
    const answer = await user.api.post<{ message_id: string }>(`/notify/topics/${topic}/publish`, {
      message,
      attributes,
    });
    expect(answer.status, answer.text).toBe(200);
    return answer.data.message_id;
  };
  const deliveriesOf = async (id: string): Promise<Delivery[]> =>
    (await user.api.get<Delivery[]>(`/notify/subscriptions/${id}/deliveries`)).data;
  const arrived = (path: string, count = 1) =>
    eventually(`${path} is called`, async () => {
      const all = receiver.at(path);
      return all.length >= count ? all : undefined;
    });

  it('creates, lists and deletes topics as the contract has them', async () => {
    const created = await user.api.post('/notify/topics', { name: 'orders' });
    expectDone(created, 201);
    expect(created.data).toMatchObject({
      user_id: user.id,
      name: 'orders',
      arn: `arn:thecloud:notify:local:${user.id}:topic/orders`,
    });
    expectRefused(await user.api.post('/notify/topics', { name: 'orders' }), 409, 'CONFLICT');
    const { id } = created.data as { id: string };
    const listed = await user.api.get<{ id: string }[]>('/notify/topics');
    expect(listed.data.map((topic) => topic.id)).toContain(id);
    expectDone(await user.api.delete(`/notify/topics/${id}`), 200);
    expectRefused(await user.api.post(`/notify/topics/${id}/publish`, { message: 'x' }), 404, 'NOT_FOUND');
  });

  it('delivers to a queue, raw, and to a webhook, signed, and lists the delivery', async () => {
    const topic = await newTopic();
    const queue = await newQueue();
    expect((await subscribe(topic, { protocol: 'queue', endpoint: queue })).status).toBe(201);
    const { id, signing_secret = '' } = await webhook(topic, '/signed');
    const message_id = await publish(topic, '{"order":7,"städte":"Łódź"}');
    const [request] = await arrived('/signed');
    expect(request?.headers['content-type']).toBe('application/json');
    const verified = new Webhook(signing_secret).verify(
      request?.body ?? '',
      request?.headers as Record<string, string>,
    );
    expect(verified).toEqual({ order: 7, städte: 'Łódź' });
    const body = await eventually('the queue has it', async () => {
      const { data } = await user.api.get<{ body: string }[]>(`/queues/${queue}/messages`);
      return data[0]?.body;
    });
    expect(body).toBe('{"order":7,"städte":"Łódź"}');
    const delivery = await eventually('it is listed', async () => (await deliveriesOf(id))[0]);
    expect(delivery).toMatchObject({
      id: request?.headers['webhook-id'],
      message_id,
      status: 'DELIVERED',
      attempts: [{ number: 1, status_code: 200 }],
    });
  });

  it('sends only what the filter lets through', async () => {
    const topic = await newTopic();
    await webhook(topic, '/filtered', { filter_policy: { event: [{ prefix: 'order.' }] } });
    await publish(topic, 'no', { event: 'user.created' });
    await publish(topic, 'yes', { event: 'order.paid' });
    expect((await arrived('/filtered')).map(({ body }) => body)).toEqual(['yes']);
  });

  it('tries again, shows each attempt, sends again by hand, and signs with both secrets after a rotation', async () => {
    const topic = await newTopic();
    const { id, signing_secret = '' } = await webhook(topic, '/failing');
    receiver.answer('/failing', 503);
    await publish(topic, '{}');
    const failed = await eventually('an attempt is noted', async () => (await deliveriesOf(id))[0]);
    expect(failed.attempts[0]).toMatchObject({ status_code: 503, error: 'the endpoint answered 503' });
    receiver.answer('/failing', 200);
    const rotated = await user.api.post<{ signing_secret: string }>(
      `/notify/subscriptions/${id}/rotate-secret`,
    );
    expect(rotated.status, rotated.text).toBe(200);
    const resent = await user.api.post(`/notify/subscriptions/${id}/deliveries/${failed.id}/resend`);
    expect(resent.status, resent.text).toBe(202);
    await eventually('it has arrived', async () => (await deliveriesOf(id))[0]?.status === 'DELIVERED');
    const request = receiver.at('/failing').at(-1);
    for (const secret of [signing_secret, rotated.data.signing_secret]) {
      const headers = request?.headers as Record<string, string>;
      expect(new Webhook(secret).verify(request?.body ?? '', headers)).toEqual({});
    }
  });

  it('disables a webhook that is gone, and enables it again', async () => {
    const topic = await newTopic();
    const { id } = await webhook(topic, '/gone');
    receiver.answer('/gone', 410);
    await publish(topic, 'x');
    const shown = () => user.api.get<Subscription>(`/notify/subscriptions/${id}`);
    await eventually('it is disabled', async () => (await shown()).data.status === 'DISABLED');
    expect((await shown()).data.disabled_reason).toBe('the endpoint answered 410');
    const enabled = await user.api.patch<Subscription>(`/notify/subscriptions/${id}`, { enabled: true });
    expect(enabled.data).toMatchObject({ status: 'ACTIVE' });
  });

  it('shows a signing secret once, also to a repeat of the create, and to no list', async () => {
    const topic = await newTopic();
    const headers = { 'idempotency-key': randomUUID() };
    const body = { protocol: 'webhook', endpoint: receiver.url('/once') };
    const create = () =>
      user.api.post<Subscription>(`/notify/topics/${topic}/subscriptions`, body, { headers });
    const [first, again] = [await create(), await create()];
    expect(first.data.signing_secret).toMatch(/^whsec_/);
    expect(again.data).toEqual(first.data);
    const list = await user.api.get(`/notify/topics/${topic}/subscriptions`);
    expect(list.text).not.toContain('whsec_');
  });

  it('refuses the same endpoint twice, and takes subscriptions along with their topic', async () => {
    const topic = await newTopic();
    const { id } = await webhook(topic, '/along');
    const again = await subscribe(topic, { protocol: 'webhook', endpoint: receiver.url('/along') });
    expectRefused(again, 409, 'CONFLICT');
    await user.api.delete(`/notify/topics/${topic}`);
    await eventually('the subscription is gone', async () => {
      const { status } = await user.api.get(`/notify/subscriptions/${id}`);
      return status === 404;
    });
  });

  it('finds no queue of another tenant, and delivers to none that was deleted', async () => {
    const topic = await newTopic();
    const stranger = await newAccount(engine.url);
    const theirs = (await stranger.api.post<{ id: string }>('/queues', { name: 'theirs' })).data.id;
    expectRefused(await subscribe(topic, { protocol: 'queue', endpoint: theirs }), 404, 'NOT_FOUND');
    const queue = await newQueue();
    const { data } = await subscribe(topic, { protocol: 'queue', endpoint: queue });
    await user.api.delete(`/queues/${queue}`);
    await publish(topic, 'x');
    const disabled = await eventually('it is disabled', async () => {
      const shown = await user.api.get<Subscription>(`/notify/subscriptions/${data.id}`);
      return shown.data.status === 'DISABLED' ? shown.data : undefined;
    });
    expect(disabled.disabled_reason).toBe('the queue is gone');
  });
});
