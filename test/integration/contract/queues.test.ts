import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, type Answer, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { eventually } from '../../support/eventually.ts';
import { expectError } from '../../support/wire.ts';

interface Queue {
  id: string;
  user_id: string;
  arn: string;
  approximate_messages: number;
  approximate_messages_in_flight: number;
}

interface Message {
  id: string;
  body: string;
  receipt_handle?: string;
  visible_at: string;
  received_count: number;
  message_group_id?: string;
  index: number;
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const expectRefused = (answer: Answer, status: number, type: string): void => {
  expectError(answer);
  expect([answer.status, answer.body.error.type]).toEqual([status, type]);
};

describe('contract 2.11: queues', () => {
  let engine: RunningEngine;
  let user: Account;
  let stranger: Account;

  beforeAll(async () => {
    engine = await runEngine();
    [user, stranger] = [await newAccount(engine.url), await newAccount(engine.url)];
  });
  afterAll(() => engine?.stop());

  const create = async (name: string, more: Record<string, unknown> = {}): Promise<Queue> => {
    const answer = await user.api.post<Queue>('/queues', { name, ...more });
    expect(answer.status, answer.text).toBe(201);
    return answer.data;
  };
  const send = async (id: string, body: string, more: object = {}): Promise<Message> => {
    const answer = await user.api.post<Message>(`/queues/${id}/messages`, { body, ...more });
    expect(answer.status, answer.text).toBe(201);
    return answer.data;
  };
  const receive = async (id: string, query = ''): Promise<Message[]> => {
    const answer = await user.api.get<Message[]>(`/queues/${id}/messages${query}`);
    expect(answer.status, answer.text).toBe(200);
    return answer.data;
  };
  const remove = (id: string, handle: string | undefined) =>
    user.api.delete(`/queues/${id}/messages/${handle}`);
  const depthOf = (id: string) =>
    Object.entries(engine.cloud.queues.depths()).find(([name]) => name.endsWith(id))?.[1];

  it('takes a message as soon as the queue is created, gives it, and lets it be deleted once received', async () => {
    const queue = await create('jobs');
    expect(queue).toMatchObject({
      user_id: user.id,
      name: 'jobs',
      arn: `arn:thecloud:queue:local:${user.id}:queue/${queue.id}`,
      visibility_timeout: 30,
      retention_days: 4,
      max_message_size: 262_144,
      status: 'ACTIVE',
    });
    expect(Object.keys(queue)).not.toContain('receipt_key');
    const sent = await send(queue.id, 'first\tand “last”');
    expect(sent).toMatchObject({ queue_id: queue.id, body: 'first\tand “last”', received_count: 0 });
    expect(sent.id).toMatch(uuid);
    expect(sent.receipt_handle).toBeUndefined();

    const [received, ...others] = await receive(queue.id);
    expect(others).toEqual([]);
    expect(received).toMatchObject({ id: sent.id, body: sent.body, received_count: 1 });
    expect(received?.receipt_handle).toMatch(/^[\w-]+$/);
    expect(Date.parse(received?.visible_at ?? '') - Date.now()).toBeGreaterThan(25_000);
    expect(await receive(queue.id)).toEqual([]);

    expect((await remove(queue.id, received?.receipt_handle)).status).toBe(204);
    expect((await user.api.get<Queue>(`/queues/${queue.id}`)).data).toMatchObject({
      approximate_messages: 0,
      approximate_messages_in_flight: 0,
    });
  });

  it('keeps the attributes of a message, and none of one without', async () => {
    const { id } = await create('described');
    const attributes = { event: 'paid', amount: 12.5, test: true };
    expect(await send(id, 'x', { attributes })).toMatchObject({ attributes });
    const [received] = await receive(id);
    expect(received).toMatchObject({ body: 'x', attributes });
    await send(id, 'plain');
    const [plain] = await receive(id);
    expect(Object.keys(plain ?? {})).not.toContain('attributes');
  });

  it('gives a new handle at every receive, and the former dies', async () => {
    const { id } = await create('again', { visibility_timeout: 1 });
    await send(id, 'x');
    const [first] = await receive(id);
    const second = await eventually('it is visible again', async () => (await receive(id))[0]);
    expect(second).toMatchObject({ id: first?.id, received_count: 2 });
    expectRefused(await remove(id, first?.receipt_handle), 404, 'NOT_FOUND');
    expect((await remove(id, second?.receipt_handle)).status).toBe(204);
  });

  it('knows no handle that is forged, of another queue, or another tenant’s', async () => {
    const [one, two] = [await create('one'), await create('two')];
    await send(one.id, 'x');
    const [message] = await receive(one.id);
    const handle = message?.receipt_handle as string;
    const forged = `${handle.slice(0, -1)}${handle.endsWith('A') ? 'B' : 'A'}`;
    for (const other of [forged, 'x', `${handle}AAAA`, one.id])
      expectRefused(await remove(one.id, other), 404, 'NOT_FOUND');
    expectRefused(await remove(two.id, handle), 404, 'NOT_FOUND');
    expectRefused(await stranger.api.delete(`/queues/${one.id}/messages/${handle}`), 404, 'NOT_FOUND');
    expect((await remove(one.id, handle)).status).toBe(204);
  });

  it('hides a received message for longer, or no longer, for who has its handle', async () => {
    const [{ id }, other] = [await create('hidden', { visibility_timeout: 1 }), await create('other')];
    await send(id, 'x');
    const [message] = await receive(id);
    const handle = message?.receipt_handle;
    const change = (visibility_timeout: number, of = handle, queue = id, api = user.api) =>
      api.patch<Message>(`/queues/${queue}/messages/${of}`, { visibility_timeout });
    expectRefused(await change(60, `${handle}AAAA`), 404, 'NOT_FOUND');
    expectRefused(await change(60, handle, other.id), 404, 'NOT_FOUND');
    expectRefused(await change(60, handle, id, stranger.api), 404, 'NOT_FOUND');
    const longer = await change(60);
    expect(longer.status, longer.text).toBe(200);
    expect(Date.parse(longer.data.visible_at) - Date.now()).toBeGreaterThan(50_000);
    await eventually('the first handle has ended', async () => (await change(60)).status === 404);
    expect(await receive(id)).toEqual([]);
    const shown = await change(0, longer.data.receipt_handle);
    expect(shown.data).toEqual({ queue_id: id, visible_at: shown.data.visible_at });
    const [again] = await receive(id);
    expect(again).toMatchObject({ id: message?.id, received_count: 2 });
    expect((await remove(id, again?.receipt_handle)).status).toBe(204);
  });

  it('sends and deletes ten at a time, and says of each what became of it', async () => {
    const { id } = await create('batches');
    const messages = Array.from({ length: 10 }, (_, index) => ({ body: `message ${index}` }));
    const sent = await user.api.post<{ sent: Message[]; failed: unknown[] }>(`/queues/${id}/messages/batch`, {
      messages,
    });
    expect(sent.status).toBe(200);
    expect(sent.data.sent.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const received = await receive(id, '?max_messages=99');
    expect(received.map(({ body }) => body).sort()).toEqual(messages.map(({ body }) => body).sort());
    const handles = [...received.slice(1).map(({ receipt_handle }) => receipt_handle), 'forged'];
    const deleted = await user.api.post(`/queues/${id}/messages/delete-batch`, { receipt_handles: handles });
    expect(deleted.data).toEqual({
      deleted: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      failed: [{ index: 9, type: 'NOT_FOUND', message: 'message not found' }],
    });
    expect(depthOf(id)).toEqual({ ready: 0, delayed: 0, inFlight: 1 });
  });

  it('empties a queue of what was received too, and once a minute', async () => {
    const { id } = await create('purged');
    await Promise.all(['a', 'b', 'c'].map((body) => send(id, body)));
    const [taken] = await receive(id);
    expect((await user.api.post(`/queues/${id}/purge`)).status).toBe(204);
    expect(depthOf(id)).toEqual({ ready: 0, delayed: 0, inFlight: 0 });
    expect((await remove(id, taken?.receipt_handle)).status).toBe(204);
    const again = await user.api.post(`/queues/${id}/purge`);
    expectRefused(again, 429, 'RATE_LIMITED');
    expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(50);
    await send(id, 'after');
    expect(await receive(id)).toHaveLength(1);
  });

  it('gives a message to who waits as soon as it comes', async () => {
    const { id } = await create('waited');
    await send(id, 'before');
    expect(await receive(id)).toHaveLength(1);
    const startedAt = Date.now();
    const waiting = receive(id, '?wait_seconds=20');
    await send(id, 'now');
    expect((await waiting).map(({ body }) => body)).toEqual(['now']);
    expect(Date.now() - startedAt).toBeLessThan(15_000);
    expectRefused(await user.api.get(`/queues/${id}/messages?wait_seconds=21`), 400, 'INVALID_INPUT');
    expect(await receive(id, '?max_messages=none')).toEqual([]);
  });

  it('keeps the order of a group in a FIFO queue, and each message once', async () => {
    const { id } = await create('ordered', { fifo: true });
    const group = { message_group_id: 'g' };
    for (const number of [1, 2, 2, 3])
      await send(id, `m${number}`, { ...group, deduplication_id: `d${number}` });
    const bodies: string[] = [];
    for (let i = 0; i < 3; i++) {
      const [message] = await receive(id);
      expect(message).toMatchObject(group);
      bodies.push(message?.body ?? '');
      expect((await remove(id, message?.receipt_handle)).status).toBe(204);
    }
    expect(bodies).toEqual(['m1', 'm2', 'm3']);
    expect(await receive(id)).toEqual([]);
  });

  it('moves what fails too often to the dead-letter queue, and back when asked', async () => {
    const dead = await create('dead');
    const { id } = await create('live', {
      visibility_timeout: 1,
      dead_letter_queue_id: dead.id,
      max_receive_count: 1,
    });
    await eventually('the queue is made', async () => depthOf(id));
    await send(id, 'poison');
    expect(await receive(id)).toHaveLength(1);
    await eventually('it is dead', async () => {
      await receive(id);
      return depthOf(dead.id)?.ready === 1;
    });
    expect((await user.api.post(`/queues/${id}/redrive`)).status).toBe(202);
    const [back] = await eventually('it is back', async () => {
      const messages = await receive(id);
      return messages.length > 0 && messages;
    });
    expect(back?.body).toBe('poison');
  });

  it('takes new settings, and is gone with its messages when it is deleted', async () => {
    const { id } = await create('changed');
    await send(id, 'x', { delay_seconds: 900 });
    const changed = await user.api.patch<Queue>(`/queues/${id}`, {
      visibility_timeout: 5,
      retention_days: 14,
    });
    expect(changed.data).toMatchObject({ visibility_timeout: 5, retention_days: 14 });
    expect((await user.api.delete(`/queues/${id}`)).status).toBe(204);
    expectRefused(await user.api.get(`/queues/${id}`), 404, 'NOT_FOUND');
    expectRefused(await user.api.post(`/queues/${id}/messages`, { body: 'x' }), 404, 'NOT_FOUND');
    expect((await create('changed')).id).not.toBe(id);
    await eventually('SQS has none', async () => depthOf(id) === undefined);
  });

  it('gives no more at once than an answer holds, and loses none', async () => {
    const { id } = await create('large', { max_message_size: 1_048_576 });
    const body = '"'.repeat(500_000);
    for (let i = 0; i < 3; i++) await send(id, body);
    const received = await receive(id, '?max_messages=10');
    expect(received).toHaveLength(2);
    expect(depthOf(id)).toEqual({ ready: 1, delayed: 0, inFlight: 2 });
  });
});
