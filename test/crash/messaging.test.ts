import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Account, type ApiClient, newAccount } from '../support/api-client.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';
import { startTarget, type TargetServer } from '../support/target-server.ts';
import { zip } from '../support/zip.ts';
import { randomFrom } from './random.ts';

const rounds = Number(process.env.CRASH_ROUNDS ?? 3);
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const random = randomFrom(seed);
/** Of each tenant in each round: what comes after the kills must be done with in seconds. */
const mostPublished = 30;
const mostInvoked = 6;

/** What one tenant was answered, and where it must be found again. */
interface Tenant {
  name: string;
  account: Account;
  topic: string;
  queue: string;
  webhook: string;
  failing: string;
  code: string;
  job: string;
  published: string[];
  /** Payloads by the ids of their invocations. */
  invoked: Map<string, string>;
}

let dataDir: string | undefined;
let engine: EngineProcess | undefined;
let target: TargetServer | undefined;
afterAll(async () => {
  await engine?.end('SIGKILL');
  await target?.stop();
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

/** Five failures in a row open an endpoint's circuit, and what waits for that is late by a minute. */
const mostFailures = 4;

/** Below `/failing/` a few of the messages fail when they come first, and are tried again. */
const startFailing = () => {
  const comeBefore = new Map<string, Set<string>>();
  return startTarget(({ url, headers }, response) => {
    const id = String(headers['webhook-id']);
    const before = comeBefore.get(url) ?? new Set();
    comeBefore.set(url, before);
    const nth = before.has(id) ? 0 : before.add(id).size;
    const fails = url.startsWith('/failing/') && nth % 4 === 3 && nth / 4 < mostFailures;
    response.writeHead(fails ? 503 : 200).end();
  });
};

const made = async <T>(answering: Promise<{ status: number; text: string; data: T }>): Promise<T> => {
  const { status, text, data } = await answering;
  if (status > 299) throw new Error(`answered ${status}: ${text}`);
  return data;
};

const open = async (url: string, name: string, targetUrl: string): Promise<Tenant> => {
  const account = await newAccount(url, name);
  const { api } = account;
  const create = async (path: string, body: object) => (await made(api.post<{ id: string }>(path, body))).id;
  const topic = await create('/notify/topics', { name });
  const queue = await create('/queues', { name });
  const subscribe = (protocol: string, endpoint: string) =>
    create(`/notify/topics/${topic}/subscriptions`, { protocol, endpoint });
  await subscribe('queue', queue);
  // Half a second, so that it is running when the engine is killed.
  const archive = await zip({ 'index.js': 'setTimeout(() => console.log(process.env.PAYLOAD), 500)' });
  return {
    name,
    account,
    topic,
    queue,
    webhook: await subscribe('webhook', `${targetUrl}/well/${name}`),
    failing: await subscribe('webhook', `${targetUrl}/failing/${name}`),
    code: await create('/functions', {
      name,
      runtime: 'nodejs20',
      handler: 'index.js',
      code: archive.toString('base64'),
    }),
    job: await create('/cron/jobs', {
      name,
      schedule: '@every 10s',
      target_url: `${targetUrl}/cron/${name}`,
      target_payload: name,
    }),
    published: [],
    invoked: new Map(),
  };
};

/** Asks until the engine dies under it; what it was answered is what must not be lost. */
const work = async (tenant: Tenant, round: number, stopped: () => boolean): Promise<void> => {
  const { name, account, topic, code, published, invoked } = tenant;
  try {
    for (let serial = 0; serial < mostPublished && !stopped(); serial++) {
      const message = `${name} ${round} ${serial}`;
      const answer = await account.api.post(`/notify/topics/${topic}/publish`, { message });
      if (answer.status === 200) published.push(message);
      if (serial % 3 !== 0 || serial / 3 >= mostInvoked) continue;
      const payload = `${name} asks ${round} ${serial}`;
      const run = await account.api.post<{ id: string }>(`/functions/${code}/invoke?async=true`, payload);
      if (run.status === 202) invoked.set(run.data.id, payload);
    }
  } catch {
    // The engine died under this request: nothing was answered.
  }
};

const all = async <T>(api: ApiClient, path: string): Promise<T[]> => {
  const found: T[] = [];
  for (let cursor = ''; ; ) {
    const { status, body, text } = await api.get(`${path}?pageSize=100${cursor}`);
    if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
    found.push(...body.data);
    if (!body.meta.next_cursor) return found;
    cursor = `&cursor=${encodeURIComponent(body.meta.next_cursor)}`;
  }
};

const missing = (wanted: Iterable<string>, found: ReadonlySet<string>): string[] =>
  [...wanted].filter((one) => !found.has(one));

/** Everything that the queue holds, taken out of it. */
const drained = async ({ account: { api }, queue, published }: Tenant): Promise<Set<string>> => {
  const bodies = new Set<string>();
  await eventually(
    'the queue has all that was published',
    async () => {
      const { data } = await api.get<{ body: string; receipt_handle: string }[]>(
        `/queues/${queue}/messages?max_messages=10`,
      );
      for (const { body } of data) bodies.add(body);
      const receipt_handles = data.map(({ receipt_handle }) => receipt_handle);
      if (receipt_handles.length > 0)
        await made(api.post(`/queues/${queue}/messages/delete-batch`, { receipt_handles }));
      const lost = missing(published, bodies);
      if (lost.length > 0) throw new Error(`published and not in the queue: ${lost.join(', ')}`);
      return data.length === 0;
    },
    30_000,
  );
  return bodies;
};

interface Delivery {
  id: string;
  status: string;
  attempts: { status_code?: number; error?: string }[];
}

interface Run {
  id: string;
  status: string;
  trigger: string;
  planned_at: string;
  attempts: number;
}

it(`loses no message, invocation, run or delivery that was accepted when the engine is killed ${rounds} times (seed ${seed})`, async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cloud-crash-'));
  target = await startFailing();
  const { seen, url: targetUrl } = target;
  const port = await freePort();
  process.env.CLOUD_ALLOW_LOOPBACK_TARGETS = '1';
  const context = {
    rateLimit: { requestsPerSecond: 10_000, burst: 20_000 },
    authRateLimit: { perMinute: 600, burst: 600 },
  };
  const start = () => startEngineProcess({ dataDir: dataDir as string, port, context });
  engine = await start();
  const tenants = [await open(engine.url, 'north', targetUrl), await open(engine.url, 'south', targetUrl)];

  const answered = () =>
    tenants.reduce((sum, { published, invoked }) => sum + published.length + invoked.size, 0);
  const bodiesAt = (path: string) =>
    new Set(seen.filter(({ url }) => url === path).map(({ body }) => body.toString()));
  const underWay = ({ name, published }: Tenant) => missing(published, bodiesAt(`/well/${name}`)).length;
  let cutOff = 0;
  for (let round = 0; round < rounds; round++) {
    let stop = false;
    const before = answered();
    const workers = tenants.map((tenant) => work(tenant, round, () => stop));
    await eventually('the round has been answered something', async () => answered() > before + 6, 30_000);
    await new Promise((resolve) => setTimeout(resolve, random() * 1_500));
    await engine.end('SIGKILL');
    stop = true;
    await Promise.all(workers);
    cutOff += tenants.reduce((sum, tenant) => sum + underWay(tenant), 0);
    engine = await start();
  }
  expect(cutOff, 'messages that were under way when the engine was killed').toBeGreaterThan(0);
  for (const { name, published, invoked } of tenants) {
    expect(published.length, `messages of ${name}`).toBeGreaterThan(rounds);
    expect(invoked.size, `invocations of ${name}`).toBeGreaterThan(rounds - 1);
  }

  for (const tenant of tenants) {
    const { name, account, published, invoked, code, job } = tenant;
    const { api } = account;
    const strangers = (found: Iterable<string>) => [...found].filter((one) => !one.startsWith(name));

    expect(strangers(await drained(tenant)), `what ${name} finds in its queue`).toEqual([]);
    for (const path of [`/well/${name}`, `/failing/${name}`]) {
      await eventually(
        `${path} was told of all that was published`,
        async () => {
          const lost = missing(published, bodiesAt(path));
          if (lost.length > 0) throw new Error(`published and not delivered: ${lost.join(', ')}`);
          return true;
        },
        40_000,
      );
      expect(strangers(bodiesAt(path)), `what ${path} was told of`).toEqual([]);
    }
    let retried = 0;
    for (const id of [tenant.webhook, tenant.failing]) {
      await eventually(
        'every delivery has ended, and is listed',
        async () => {
          const list = await all<Delivery>(api, `/notify/subscriptions/${id}/deliveries`);
          const open = list.filter(({ status }) => status !== 'DELIVERED');
          if (open.length > 0) throw new Error(`not delivered: ${JSON.stringify(open)}`);
          if (list.length < published.length)
            throw new Error(`${list.length} deliveries of ${published.length} messages`);
          retried += list.filter(({ attempts }) => attempts.some(({ error }) => error)).length;
          return true;
        },
        40_000,
      );
    }
    expect(retried, 'deliveries that have failed first').toBeGreaterThan(0);

    await eventually(
      'every invocation has ended',
      async () => {
        for (const [id, payload] of invoked) {
          const { status, data, text } = await api.get<{ status: string; logs: string }>(
            `/functions/${code}/invocations/${id}`,
          );
          if (status !== 200) throw new Error(`the invocation ${id} was accepted and is lost: ${text}`);
          if (data.status !== 'SUCCESS') throw new Error(`the invocation ${id} is ${text}`);
          expect(data.logs.trim()).toBe(payload);
        }
        return true;
      },
      40_000,
    );

    await made(api.post(`/cron/jobs/${job}/pause`));
    const runs = await eventually(
      'every run has ended',
      async () => {
        const list = await all<Run>(api, `/cron/jobs/${job}/runs`);
        const open = list.filter(({ status }) => status === 'RUNNING');
        if (open.length > 0) throw new Error(`not ended: ${JSON.stringify(open)}`);
        return list.length > 0 && list;
      },
      40_000,
    );
    expect(new Set(runs.map(({ planned_at }) => planned_at)).size, 'planned times').toBe(runs.length);
    const keys = new Set(
      seen
        .filter(({ url }) => url === `/cron/${name}`)
        .map(({ headers }) => String(headers['idempotency-key'])),
    );
    const ids = runs.map(({ id }) => id);
    expect(
      runs.filter(({ status }) => status !== 'SUCCESS'),
      `runs of ${name}`,
    ).toEqual([]);
    expect(missing(ids, keys), 'runs that the target has not seen').toEqual([]);
    expect(missing(keys, new Set(ids)), 'calls of no run').toEqual([]);
  }
});
