import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { zip } from '../support/zip.ts';

interface Made {
  id: string;
  status: string;
  status_reason?: string;
}
interface Invocation {
  status: string;
  logs: string;
}

/** Says which bodies it was given, and reports those that begin with `bad`, and those that end with `!` the first time. */
const handler = `
exports.handler = async ({ Records }) => {
  console.log('got ' + JSON.stringify(Records.map(({ body }) => body)));
  const isFirst = ({ attributes }) => attributes.ApproximateReceiveCount === '1';
  const bad = Records.filter((one) => one.body.startsWith('bad') || (one.body.endsWith('!') && isFirst(one)));
  return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;
const program = `
const { Records } = JSON.parse(process.env.PAYLOAD);
console.log('got ' + JSON.stringify(Records.map(({ body, eventSource }) => body + ' ' + eventSource)));
process.exit(Records.some(({ body }) => body.startsWith('bad')) ? 1 : 0);`;

describe('event sources', () => {
  let engine: RunningEngine;
  let user: Account;
  let stranger: Account;
  let serial = 0;

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
    stranger = await newAccount(engine.url, 'stranger');
  });
  afterAll(() => engine?.stop());

  const made = async (path: string, body: object, account = user): Promise<string> => {
    const answer = await account.api.post<Made>(path, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.data.id;
  };
  const newFunction = async (source: string, how = 'index.handler', account = user): Promise<string> =>
    made(
      '/functions',
      {
        name: `f${serial++}`,
        runtime: 'nodejs20',
        handler: how,
        code: (await zip({ 'index.js': source })).toString('base64'),
      },
      account,
    );
  const newQueue = (more: object = {}, account = user) =>
    made('/queues', { name: `q${serial++}`, ...more }, account);
  const send = async (queue: string, ...bodies: (string | object)[]) => {
    const messages = bodies.map((body) => (typeof body === 'string' ? { body } : body));
    const answer = await user.api.post<{ failed: unknown[] }>(`/queues/${queue}/messages/batch`, {
      messages,
    });
    expect(answer.data.failed, answer.text).toEqual([]);
  };
  /** The bodies that a function was given, an array for each invocation, in their order. */
  const batchesOf = async (id: string): Promise<string[][]> => {
    const { data } = await user.api.get<Invocation[]>(`/functions/${id}/logs`);
    return data
      .reverse()
      .flatMap(({ logs }) =>
        [...logs.matchAll(/^got (.*)$/gm)].map(([, json]) => JSON.parse(json as string)),
      );
  };
  const left = async (queue: string): Promise<number> => {
    const { data } = await user.api.get<Record<string, number>>(`/queues/${queue}`);
    return (data.approximate_messages ?? 0) + (data.approximate_messages_in_flight ?? 0);
  };

  it('run a function for the messages of a queue, each batch an invocation, and delete what was dealt with', async () => {
    const [id, queue] = [await newFunction(program, 'index.js'), await newQueue()];
    const path = `/functions/${id}/event-sources`;
    const created = await user.api.post<Made>(path, { queue_id: queue, batch_size: 5 });
    expect(created.data, created.text).toMatchObject({
      function_id: id,
      queue_id: queue,
      batch_size: 5,
      enabled: true,
      report_batch_item_failures: false,
      status: 'ACTIVE',
    });
    const again = await user.api.post(path, { queue_id: queue });
    expect([again.status, again.body.error.message]).toEqual([409, expect.stringContaining('already')]);
    expect((await user.api.get<Made[]>(path)).data.map((one) => one.id)).toEqual([created.data.id]);
    await send(queue, 'a', 'b', 'c', 'd', 'e', 'f');
    const bodies = async () => (await batchesOf(id)).flat().sort();
    await eventually('all are dealt with', async () => (await bodies()).length >= 6, 20_000);
    expect(await bodies()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((body) => `${body} aws:sqs`));
    expect((await batchesOf(id)).every((batch) => batch.length <= 5)).toBe(true);
    await eventually('the queue is empty', async () => (await left(queue)) === 0, 10_000);
    const begun = Date.now();
    await send(queue, 'now');
    await eventually('it comes', async () => (await bodies()).includes('now aws:sqs'), 10_000);
    expect(Date.now() - begun, 'milliseconds from send to logs').toBeLessThan(4_000);
  });

  it('give back what fails, to the queue of dead letters in the end, and only that', async () => {
    const id = await newFunction(handler);
    const dead = await newQueue();
    const queue = await newQueue({ visibility_timeout: 1, dead_letter_queue_id: dead, max_receive_count: 2 });
    await made(`/functions/${id}/event-sources`, { queue_id: queue, report_batch_item_failures: true });
    await send(queue, 'good-1', 'bad', 'good-2');
    await eventually('the letter is dead', async () => (await left(dead)) === 1, 30_000);
    const bodies = (await batchesOf(id)).flat();
    expect(bodies.filter((body) => body === 'bad')).toHaveLength(2);
    expect(bodies.filter((body) => body !== 'bad').sort()).toEqual(['good-1', 'good-2']);
    expect(await left(queue)).toBe(0);
  });

  it('keep the order of each group of a FIFO queue, also where one fails at first', async () => {
    const id = await newFunction(handler);
    const queue = await newQueue({ fifo: true, content_based_deduplication: true, visibility_timeout: 1 });
    await send(
      queue,
      ...['1', '2!', '3'].flatMap((body) =>
        ['x', 'y'].map((group) => ({ body: `${group}${body}`, message_group_id: group })),
      ),
    );
    await made(`/functions/${id}/event-sources`, {
      queue_id: queue,
      batch_size: 2,
      report_batch_item_failures: true,
    });
    await eventually('all are dealt with', async () => (await left(queue)) === 0, 30_000);
    const bodies = (await batchesOf(id)).flat();
    for (const group of ['x', 'y']) {
      const seen = bodies.filter((body) => body.startsWith(group));
      expect(seen.filter((body) => body.endsWith('!'))).toHaveLength(2);
      // The third counts once the second has been dealt with.
      const last = [...new Set([...seen].reverse())].reverse();
      expect(last).toEqual([`${group}1`, `${group}2!`, `${group}3`]);
    }
  });

  it('rest while they are disabled, and go on', async () => {
    const [id, queue] = [await newFunction(handler), await newQueue()];
    const path = `/functions/${id}/event-sources`;
    const source = await made(path, { queue_id: queue, enabled: false });
    const statusOf = async () => (await user.api.get<Made>(`${path}/${source}`)).data.status;
    await eventually('it is paused', async () => (await statusOf()) === 'PAUSED', 10_000);
    await send(queue, 'later');
    expect(await left(queue)).toBe(1);
    expect(await batchesOf(id)).toEqual([]);
    expect((await user.api.patch(`${path}/${source}`, { enabled: true })).status).toBe(200);
    await eventually('it goes on', async () => (await batchesOf(id)).flat().length === 1, 15_000);
    expect((await user.api.delete(`${path}/${source}`)).status).toBe(200);
    expect((await user.api.get(`${path}/${source}`)).status).toBe(404);
  });

  it('are for what one’s own tenant has', async () => {
    const [id, queue] = [await newFunction(handler), await newQueue()];
    const theirs = await newQueue({}, stranger);
    const path = `/functions/${id}/event-sources`;
    expect((await user.api.post(path, { queue_id: theirs })).status).toBe(404);
    expect((await stranger.api.post(path, { queue_id: theirs })).status).toBe(404);
    const source = await made(path, { queue_id: queue });
    const other = await newFunction(handler);
    expect((await user.api.get(`/functions/${other}/event-sources/${source}`)).status).toBe(404);
    const own = await newFunction(handler, 'index.handler', stranger);
    for (const [method, account, at] of [
      ['GET', stranger, `${path}/${source}`],
      ['GET', stranger, `/functions/${own}/event-sources/${source}`],
      ['DELETE', stranger, `/functions/${own}/event-sources/${source}`],
    ] as const)
      expect((await account.api.request(method, at)).status).toBe(404);
  });

  it('go with their function, and say that their queue is gone', async () => {
    const [id, queue] = [await newFunction(handler), await newQueue()];
    const source = await made(`/functions/${id}/event-sources`, { queue_id: queue });
    const used = async () =>
      (await user.api.get<{ resource: string; used: number }[]>('/quotas')).data.find(
        ({ resource }) => resource === 'event_sources',
      )?.used ?? 0;
    const before = await used();
    expect((await user.api.delete(`/queues/${queue}`)).status).toBe(204);
    await eventually(
      'it says so',
      async () =>
        (await user.api.get<Made>(`/functions/${id}/event-sources/${source}`)).data.status_reason ===
        'its queue was deleted',
      20_000,
    );
    expect((await user.api.delete(`/functions/${id}`)).status).toBe(200);
    await eventually('its place is free', async () => (await used()) === before - 1, 20_000);
  });
});
