import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect, it, vi } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts';
import { zip } from '../support/zip.ts';

/** A plain handler, run for each message: it reads a secret and writes an object, both through the API with a key of its own. */
const code = `
const api = async (method, path, body) => {
  const answer = await fetch(process.env.API_URL + path, { method, body, headers: { 'x-api-key': process.env.API_KEY } });
  if (!answer.ok) throw new Error(method + ' ' + path + ' answered ' + answer.status);
  return answer;
};
exports.handler = async ({ Records }) => {
  const { data } = await (await api('GET', '/secrets/greeting')).json();
  for (const { messageId, body } of Records) {
    await api('PUT', '/storage/letters/' + messageId, data.encrypted_value + ' ' + body);
    console.log('wrote ' + body);
  }
};`;

interface Run {
  status: string;
  /** The id of the message that it published. */
  response?: string;
}
interface Delivery {
  id: string;
  message_id: string;
  status: string;
}

let dataDir: string | undefined;
let engine: EngineProcess | undefined;
let receiver: Receiver | undefined;
afterAll(async () => {
  await engine?.end('SIGKILL');
  await receiver?.stop();
  vi.unstubAllEnvs();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

it('a cron job’s messages, and those of a user, reach function, object and webhook, though the engine is killed under them', {
  timeout: 240_000,
}, async () => {
  vi.stubEnv('CLOUD_ALLOW_LOOPBACK_TARGETS', '1');
  dataDir = await mkdtemp(join(tmpdir(), 'cloud-demonstration-'));
  receiver = await startReceiver();
  const hooks = receiver;
  const port = await freePort();
  const context = { rateLimit: { requestsPerSecond: 10_000, burst: 20_000 } };
  const start = () => startEngineProcess({ dataDir: dataDir as string, port, context });
  engine = await start();
  const { api }: Account = await newAccount(engine.url);
  const made = async <T extends { id: string }>(path: string, body: object): Promise<T> => {
    const answer = await api.post<T>(path, body);
    expect(answer.status, `POST ${path}: ${answer.text}`).toBe(201);
    return answer.data;
  };

  await made('/secrets', { name: 'greeting', value: 'Dear' });
  const { key } = await made<{ id: string; key: string }>('/auth/keys', {
    name: 'function',
    scopes: ['secret:read'],
  });
  const queue = await made('/queues', { name: 'letters', visibility_timeout: 2 });
  const topic = await made('/notify/topics', { name: 'letters' });
  const subscriptions = `/notify/topics/${topic.id}/subscriptions`;
  await made(subscriptions, { protocol: 'queue', endpoint: queue.id });
  const webhook = await made<{ id: string; signing_secret: string }>(subscriptions, {
    protocol: 'webhook',
    endpoint: hooks.url('/hook'),
  });
  const writer = await made('/functions', {
    name: 'writer',
    runtime: 'nodejs20',
    handler: 'index.handler',
    code: (await zip({ 'index.js': code })).toString('base64'),
    environment: { API_URL: engine.url, API_KEY: key },
  });
  await made(`/functions/${writer.id}/event-sources`, { queue_id: queue.id });
  const job = await api.post<{ id: string }>('/cron/jobs', {
    name: 'every-10-seconds',
    schedule: '@every 10s',
    target: { type: 'topic', id: topic.id },
    target_payload: '{"from":"cron"}',
  });
  expect(job.status, job.text).toBe(201);

  /** What was answered with success, and so must arrive. */
  const published: string[] = [];
  const publish = async (text: string): Promise<void> => {
    const message = JSON.stringify({ text });
    const answer = await api.post(`/notify/topics/${topic.id}/publish`, { message });
    if (answer.status === 200) published.push(message);
  };
  const objects = async (): Promise<string[]> => {
    const { data } = await api.get<{ key: string }[]>('/storage/letters');
    return Promise.all(data.map(async ({ key: name }) => (await api.get(`/storage/letters/${name}`)).text));
  };
  const runs = async () => (await api.get<Run[]>(`/cron/jobs/${job.data.id}/runs`)).data;
  const hooked = () => hooks.at('/hook').map(({ body }) => body);

  await publish('first');
  await eventually(
    'the first message is an object and a webhook',
    async () =>
      (await objects()).includes(`Dear ${published[0]}`) && hooked().includes(published[0] as string),
    30_000,
  );
  expect((await api.post(`/cron/jobs/${job.data.id}/run`)).status).toBe(202);

  // Killed while messages are on their way: as soon as the webhook has seen one of them.
  let killed = false;
  const publishing = (async () => {
    for (let serial = 0; !killed && serial < 40; serial++)
      await publish(`on its way ${serial}`).catch(() => undefined);
  })();
  await eventually(
    'some are on their way',
    async () => hooked().some((body) => body.includes('on its way')),
    20_000,
  );
  await engine.end('SIGKILL');
  killed = true;
  await publishing;
  const before = published.length;
  expect(before).toBeGreaterThan(1);
  engine = await start();
  await publish('last');
  expect(published).toHaveLength(before + 1);

  await eventually(
    'every message that was accepted is an object and a webhook',
    async () => {
      const written = await objects();
      const missing = published.filter((one) => !written.includes(`Dear ${one}`) || !hooked().includes(one));
      if (missing.length > 0)
        throw new Error(`${missing.length} of ${published.length} are missing: ${missing[0]}`);
      return true;
    },
    90_000,
  );
  const planned = await eventually(
    'three runs or more have ended well, of which all have arrived',
    async () => {
      const all = await runs();
      const ended = all.filter(({ status }) => status !== 'RUNNING');
      if (ended.some(({ status }) => status !== 'SUCCESS')) throw new Error(JSON.stringify(ended));
      const fromCron = (await objects()).filter((text) => text === 'Dear {"from":"cron"}');
      return ended.length >= 3 && fromCron.length >= ended.length ? ended : undefined;
    },
    60_000,
  );

  await eventually(
    'each run’s message is a delivery that arrived',
    async () => {
      const { data: rows } = await api.get<Delivery[]>(
        `/notify/subscriptions/${webhook.id}/deliveries?pageSize=100`,
      );
      const arrived = new Set(hooks.at('/hook').map(({ headers }) => headers['webhook-id']));
      return planned.every(({ response }) =>
        rows.some((one) => one.message_id === response && one.status === 'DELIVERED' && arrived.has(one.id)),
      );
    },
    20_000,
  );
  for (const { headers, body } of hooks.at('/hook'))
    expect(new Webhook(webhook.signing_secret).verify(body, headers as Record<string, string>)).toEqual(
      JSON.parse(body),
    );
  const { data: invocations } = await api.get<{ status: string; logs: string }[]>(
    `/functions/${writer.id}/logs`,
  );
  const logs = invocations
    .filter(({ status }) => status === 'SUCCESS')
    .map((one) => one.logs)
    .join('');
  expect(logs).toContain(`wrote ${published.at(-1)}`);
  expect(logs).toContain('wrote {"from":"cron"}');
});
