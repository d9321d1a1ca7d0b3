import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CronRun } from '../../lib/services/cron/run-schema.ts';
import type { CronJob } from '../../lib/services/cron/schema.ts';
import type { Account } from '../support/api-client.ts';
import { eventually } from '../support/eventually.ts';
import { minute, runVirtualEngine, second, type VirtualEngine } from '../support/virtual-engine.ts';

/** A server that tenants' jobs call: what it was asked, and answers that a test may hold back. */
const startReceiver = async () => {
  const calls: { path: string; method: string; key: string; body: string }[] = [];
  const held: ServerResponse[] = [];
  const statuses: Record<string, number[]> = {};
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const path = request.url ?? '';
    const { method = '' } = request;
    calls.push({ path, method, key: String(request.headers['idempotency-key']), body });
    if (path === '/held') return held.push(response);
    response.writeHead(statuses[path]?.shift() ?? 200);
    return response.end(`answer of ${path}`);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    to: (path: string) => calls.filter((call) => call.path === path),
    held,
    statuses,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

let engine: VirtualEngine;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let user: Account;

beforeAll(async () => {
  vi.stubEnv('CLOUD_ALLOW_LOOPBACK_TARGETS', '1');
  [receiver, engine] = await Promise.all([startReceiver(), runVirtualEngine()]);
  user = await engine.newAccount();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  receiver?.stop();
  await engine?.stop();
});

const create = async (path: string, change: Record<string, unknown> = {}): Promise<CronJob> => {
  const body = { name: `calls ${path}`, schedule: '* * * * *', target_url: receiver.url + path, ...change };
  const { status, data, text } = await user.api.post<CronJob>('/cron/jobs', body);
  expect(status, text).toBe(201);
  await engine.idle();
  return data;
};
const runsOf = async (id: string) => (await user.api.get<CronRun[]>(`/cron/jobs/${id}/runs`)).data;
const end = async (id: string) => expect((await user.api.delete(`/cron/jobs/${id}`)).status).toBe(200);
/** To the next whole minute of the engine's clock. */
const toNextMinute = () => engine.pass(minute - (engine.now() % minute));
const hasBeenCalled = (path: string, times: number) =>
  eventually(`${path} was called ${times} times`, async () => receiver.to(path).length === times);
const hasEnded = (id: string, status: string) =>
  eventually(`the newest run is ${status}`, async () => {
    const [run] = await runsOf(id);
    return run?.status === status && run;
  });

describe('a cron job', () => {
  it('calls its URL each minute, and what came of it stands in its runs', async () => {
    const { id, next_run_at } = await create('/minutely', { target_method: 'PUT', target_payload: 'tick' });
    await toNextMinute();
    await hasBeenCalled('/minutely', 1);
    const run = await hasEnded(id, 'SUCCESS');
    expect(receiver.to('/minutely')).toEqual([
      { path: '/minutely', method: 'PUT', key: run.id, body: 'tick' },
    ]);
    expect(run).toMatchObject({
      planned_at: next_run_at,
      trigger: 'schedule',
      attempts: 1,
      status_code: 200,
      response: 'answer of /minutely',
    });
    await toNextMinute();
    await hasBeenCalled('/minutely', 2);
    await user.api.post(`/cron/jobs/${id}/pause`);
    await engine.pass(3 * minute);
    await engine.idle();
    expect(receiver.to('/minutely')).toHaveLength(2);
    await user.api.post(`/cron/jobs/${id}/resume`);
    await engine.idle();
    await toNextMinute();
    await hasBeenCalled('/minutely', 3);
    expect(new Set(receiver.to('/minutely').map(({ key }) => key)).size).toBe(3);
    await end(id);
  });

  it('that is due later is found by the ticker within its ten seconds', async () => {
    const { id, next_run_at } = await create('/later', { schedule: '@every 5m' });
    const due = Date.parse(next_run_at ?? '');
    await engine.pass(due - engine.now() - second);
    await engine.idle();
    expect(receiver.to('/later')).toEqual([]);
    await engine.pass(16 * second);
    await hasBeenCalled('/later', 1);
    const [run] = await runsOf(id);
    expect(run?.planned_at).toBe(next_run_at);
    await end(id);
  });

  it('whose target does not answer delays no other, and a failed call is made again under its key', async () => {
    const slow = await create('/held');
    receiver.statuses['/flaky'] = [503];
    const flaky = await create('/flaky', { retry_policy: { max_attempts: 2, backoff_seconds: 10 } });
    await toNextMinute();
    await hasBeenCalled('/held', 1);
    await hasBeenCalled('/flaky', 1);
    expect((await runsOf(slow.id))[0]?.status).toBe('RUNNING');
    for (const response of receiver.held) response.end('at last');
    await hasEnded(slow.id, 'SUCCESS');
    await engine.pass(10 * second);
    await hasBeenCalled('/flaky', 2);
    expect(await hasEnded(flaky.id, 'SUCCESS')).toMatchObject({ attempts: 2 });
    const [first, second_] = receiver.to('/flaky');
    expect(second_?.key).toBe(first?.key);
    await Promise.all([end(slow.id), end(flaky.id)]);
  });

  it('runs by hand, and is shown bare to the Go SDK', async () => {
    const { id } = await create('/by-hand', { schedule: '@yearly' });
    const asked = await user.api.post<CronRun>(`/cron/jobs/${id}/run`, undefined, {
      headers: { 'idempotency-key': 'by-hand' },
    });
    expect(asked.status).toBe(202);
    const again = await user.api.post<CronRun>(`/cron/jobs/${id}/run`, undefined, {
      headers: { 'idempotency-key': 'by-hand' },
    });
    expect(again.data.id).toBe(asked.data.id);
    await hasBeenCalled('/by-hand', 1);
    expect((await hasEnded(id, 'SUCCESS')).id).toBe(asked.data.id);
    const headers = { 'user-agent': 'go-resty/2.17.0 (https://github.com/go-resty/resty)' };
    const bare = await user.api.get(`/cron/jobs/${id}`, { headers });
    expect(bare.body).toMatchObject({ id, status: 'ACTIVE', schedule: '@yearly' });
    const listed = await user.api.get('/cron/jobs', { headers });
    expect(listed.body.map((job: CronJob) => job.id)).toEqual([id]);
    await end(id);
  });

  it('sends its payload to a queue of its own tenant, and to nobody else’s', async () => {
    const made = await user.api.post<{ id: string }>('/queues', { name: 'ticks' });
    const target = { type: 'queue', id: made.data.id };
    const job = { name: 'to a queue', schedule: '@yearly', target_payload: 'tick', target };
    const { data, status, text } = await user.api.post<CronJob>('/cron/jobs', job);
    expect(status, text).toBe(201);
    expect(data).toMatchObject({ target, target_url: '' });
    await user.api.post(`/cron/jobs/${data.id}/run`);
    await hasEnded(data.id, 'SUCCESS');
    const received = await user.api.get<{ body: string }[]>(`/queues/${made.data.id}/messages`);
    expect(received.data.map(({ body }) => body)).toEqual(['tick']);

    const stranger = await engine.newAccount();
    const foreign = await stranger.api.post('/cron/jobs', job);
    const absent = await stranger.api.post('/cron/jobs', { ...job, target: { ...target, id: data.id } });
    expect([foreign.status, foreign.body.error]).toEqual([400, absent.body.error]);
    await user.api.delete(`/queues/${made.data.id}`);
    await engine.idle();
    await user.api.post(`/cron/jobs/${data.id}/run`);
    expect(await hasEnded(data.id, 'FAILED')).toMatchObject({ error: 'queue not found', attempts: 1 });
    await end(data.id);
  });

  it('publishes to a topic, under the key of its run', async () => {
    const topic = (await user.api.post<{ id: string }>('/notify/topics', { name: 'ticks' })).data.id;
    const queue = (await user.api.post<{ id: string }>('/queues', { name: 'fanned' })).data.id;
    const subscribed = { protocol: 'queue', endpoint: queue };
    expect((await user.api.post(`/notify/topics/${topic}/subscriptions`, subscribed)).status).toBe(201);
    const target = { type: 'topic', id: topic };
    const job = { name: 'to a topic', schedule: '@yearly', target_payload: 'news', target };
    const { data } = await user.api.post<CronJob>('/cron/jobs', job);
    await user.api.post(`/cron/jobs/${data.id}/run`);
    const run = await hasEnded(data.id, 'SUCCESS');
    expect(run.response).toBe(run.id);
    await eventually('the message is in the queue', async () => {
      const received = await user.api.get<{ body: string }[]>(`/queues/${queue}/messages`);
      return received.data[0]?.body === 'news';
    });
    await end(data.id);
  });
});
