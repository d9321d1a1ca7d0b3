import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Account, newAccount } from '../support/api-client.ts';
import { cloudInventory, recordItems } from '../support/engine-inspection.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';
import { randomFrom } from './random.ts';

const rounds = Number(process.env.CRASH_ROUNDS ?? 6);
const users = 8;
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);

const random = randomFrom(seed);

let dataDir: string | undefined;
let engine: EngineProcess | undefined;
afterAll(async () => {
  await engine?.end('SIGKILL');
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

it(`loses nothing that was answered when the engine is killed ${rounds} times under launches (seed ${seed})`, async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cloud-crash-'));
  const port = await freePort();
  const context = {
    rateLimit: { requestsPerSecond: 10_000, burst: 20_000 },
    authRateLimit: { perMinute: 600, burst: 600 },
  };
  const start = () => startEngineProcess({ dataDir: dataDir as string, port, context });
  engine = await start();
  const accounts: Account[] = [];
  for (let index = 0; index < users; index++) accounts.push(await newAccount(engine.url, `crash${index}`));

  /** Launches that were answered, by account, and those whose delete was answered. */
  const launched = accounts.map(() => new Set<string>());
  const deleted = accounts.map(() => new Set<string>());
  const uncertain = accounts.map(() => new Set<string>());
  let refused = 0;

  const work = async (index: number, stopped: () => boolean) => {
    const { api } = accounts[index] as Account;
    for (let serial = 0; !stopped(); serial++) {
      try {
        const answer = await api.post<{ id: string }>('/instances', {
          name: `i${serial}`,
          image: 'ubuntu-24.04',
        });
        if (answer.status === 201) launched[index]?.add(answer.data.id);
        else refused++;
        if (answer.status === 201 && random() < 0.25) {
          uncertain[index]?.add(answer.data.id);
          const gone = await api.delete(`/instances/${answer.data.id}`);
          if (gone.status === 200) deleted[index]?.add(answer.data.id);
        }
      } catch {
        return; // the engine died under this request: nothing was answered
      }
    }
  };

  const answered = () => launched.reduce((sum, ids) => sum + ids.size, 0);
  for (let round = 0; round < rounds; round++) {
    let stop = false;
    const before = answered();
    const workers = accounts.map((_, index) => work(index, () => stop));
    await eventually('the round has launched something', async () => answered() > before + 5, 30_000);
    await new Promise((resolve) => setTimeout(resolve, random() * 1_200));
    await engine.end('SIGKILL');
    stop = true;
    await Promise.all(workers);
    engine = await start();
  }
  expect(refused, 'launches refused while the engine was up').toBe(0);
  expect(answered(), 'the test must have launched something').toBeGreaterThan(rounds * 5);

  const running = engine;
  for (const [index, account] of accounts.entries()) {
    await eventually(
      `every launch of account ${index} has ended`,
      async () => {
        const list = (
          await account.api.get<{ id: string; status: string; status_reason?: string }[]>('/instances')
        ).data;
        const byId = new Map(list.map((instance) => [instance.id, instance]));
        for (const id of launched[index] ?? []) {
          const instance = byId.get(id);
          if (deleted[index]?.has(id)) {
            if (instance) throw new Error(`${id} was deleted and is listed`);
            continue;
          }
          if (!instance) {
            if (uncertain[index]?.has(id)) continue;
            throw new Error(`${id} was answered and is lost`);
          }
          if (instance.status === 'ERROR' && !instance.status_reason) throw new Error(`${id} has no reason`);
        }
        return list.every((instance) => instance.status === 'RUNNING' || instance.status === 'ERROR');
      },
      60_000,
    );
  }

  await eventually(
    'the cloud, the table and the counters agree',
    async () => {
      const [cloud, all] = await Promise.all([
        cloudInventory(running.description),
        recordItems(running.description),
      ]);
      const alive = cloud.filter((instance) => instance.state !== 'terminated');
      const items = all.filter((item) => String(item.pk).endsWith('#INSTANCE'));
      const known = new Set(items.map((item) => item.container_id));
      const orphans = alive.filter((instance) => !known.has(instance.instanceId));
      if (orphans.length)
        throw new Error(`orphans in the cloud: ${orphans.map((one) => one.instanceId).join(', ')}`);
      if (alive.length !== items.length)
        throw new Error(`${alive.length} in the cloud, ${items.length} in the table`);
      for (const account of accounts) {
        const own = items.filter((item) => item.pk === `T#${account.id}#INSTANCE`).length;
        const counter = all.find((item) => item.pk === `T#${account.id}#COUNTER` && item.sk === 'INSTANCE');
        if (counter?.total !== own || counter.used_instances !== own) {
          throw new Error(`counter ${JSON.stringify(counter)}, recount ${own}`);
        }
      }
      return true;
    },
    60_000,
  );
});
