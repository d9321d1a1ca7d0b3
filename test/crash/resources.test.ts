import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Account, type Answer, newAccount } from '../support/api-client.ts';
import { cloudBalancers, cloudInventory, cloudResources, recordItems } from '../support/engine-inspection.ts';
import { type EngineProcess, freePort, startEngineProcess } from '../support/engine-process.ts';
import { eventually } from '../support/eventually.ts';
import { randomFrom } from './random.ts';

const rounds = Number(process.env.CRASH_ROUNDS ?? 5);
const users = 4;
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1_000_000);
const random = randomFrom(seed);

type Kind = 'instances' | 'volumes' | 'snapshots' | 'vpcs' | 'lb';

interface Thing {
  id: string;
  status: string;
  status_reason?: string;
  provider_id?: string;
}

/** What was answered of one account's things, as its paths. */
interface Ledger {
  made: Set<string>;
  deleted: Set<string>;
  /** A delete was sent and not answered. */
  uncertain: Set<string>;
}

const settledStates: Record<Kind, readonly string[]> = {
  instances: ['RUNNING', 'ERROR'],
  volumes: ['AVAILABLE', 'IN-USE', 'ERROR'],
  snapshots: ['AVAILABLE', 'ERROR'],
  vpcs: ['active', 'ERROR'],
  lb: ['ACTIVE', 'ERROR'],
};

/** In this order nothing is in the way of what comes after it. */
const teardown: readonly Kind[] = ['lb', 'instances', 'snapshots', 'volumes', 'vpcs'];

let dataDir: string | undefined;
let engine: EngineProcess | undefined;
afterAll(async () => {
  await engine?.end('SIGKILL');
  if (dataDir) await rm(dataDir, { recursive: true, force: true });
});

it(`leaves nothing behind when the engine is killed ${rounds} times under networks, volumes and balancers (seed ${seed})`, async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'cloud-crash-'));
  const port = await freePort();
  const context = {
    rateLimit: { requestsPerSecond: 10_000, burst: 20_000 },
    authRateLimit: { perMinute: 600, burst: 600 },
  };
  const start = () => startEngineProcess({ dataDir: dataDir as string, port, context });
  engine = await start();
  const accounts: Account[] = [];
  for (let index = 0; index < users; index++) accounts.push(await newAccount(engine.url, `things${index}`));
  const ledgers = accounts.map((): Ledger => ({ made: new Set(), deleted: new Set(), uncertain: new Set() }));
  const refusals: string[] = [];

  const work = async (index: number, round: number, stopped: () => boolean) => {
    const { api } = accounts[index] as Account;
    const ledger = ledgers[index] as Ledger;
    const make = async (kind: Kind | 'security-groups' | 'subnets', path: string, body: object) => {
      const answer = await api.post<Thing>(path, body);
      if (answer.status !== 201 && answer.status !== 202) {
        refusals.push(`POST ${path}: ${answer.status} ${answer.text}`);
        throw new Error(answer.text);
      }
      const id = answer.data?.id ?? answer.body.id;
      if (kind !== 'security-groups' && kind !== 'subnets') ledger.made.add(`/${kind}/${id}`);
      return id as string;
    };
    const remove = async (path: string): Promise<Answer> => {
      ledger.uncertain.add(path);
      const answer = await api.delete(path);
      if (answer.status === 200) ledger.deleted.add(path);
      else ledger.uncertain.delete(path);
      return answer;
    };
    try {
      for (let serial = 0; !stopped(); serial++) {
        const name = `r${round}-${serial}`;
        const vpc = await make('vpcs', '/vpcs', { name, cidr_block: '10.1.0.0/16' });
        const subnet = await make('subnets', `/vpcs/${vpc}/subnets`, { name, cidr_block: '10.1.1.0/24' });
        const group = await make('security-groups', '/security-groups', { vpc_id: vpc, name });
        await api.post(`/security-groups/${group}/rules`, {
          direction: 'ingress',
          protocol: 'tcp',
          port_min: 80,
          port_max: 80,
          cidr: '0.0.0.0/0',
        });
        const volume = await make('volumes', '/volumes', { name, size_gb: 2 });
        const instance = await make('instances', '/instances', {
          name,
          image: 'ubuntu-24.04',
          vpc_id: vpc,
          subnet_id: subnet,
          security_group_ids: [group],
          volumes: [{ volume_id: volume, mount_path: '/data' }],
        });
        const snapshot = await make('snapshots', '/snapshots', { volume_id: volume, description: name });
        if (random() < 0.5) {
          const balancer = await make('lb', '/lb', { name, vpc_id: vpc, port: 9_000 + serial });
          await api.post(`/lb/${balancer}/targets`, { instance_id: instance, port: 80 });
          if (random() < 0.5) await remove(`/lb/${balancer}`);
        }
        if (random() < 0.5) await remove(`/instances/${instance}`);
        if (random() < 0.5) await remove(`/snapshots/${snapshot}`);
        if (random() < 0.5) {
          // A volume takes its snapshots along (contract 2.4).
          const path = `/snapshots/${snapshot}`;
          const wasUncertain = ledger.uncertain.has(path);
          ledger.uncertain.add(path);
          const gone = await remove(`/volumes/${volume}`);
          if (gone.status !== 200 && !wasUncertain) ledger.uncertain.delete(path);
        }
        if (random() < 0.5) await remove(`/vpcs/${vpc}`);
      }
    } catch {
      // The engine died under this request, so nothing was answered; or it was refused, which is counted.
    }
  };

  const answered = () => ledgers.reduce((sum, { made }) => sum + made.size, 0);
  for (let round = 0; round < rounds; round++) {
    let stop = false;
    const before = answered();
    const workers = accounts.map((_, index) => work(index, round, () => stop));
    await eventually('the round has made something', async () => answered() > before + 5, 30_000);
    await new Promise((resolve) => setTimeout(resolve, random() * 2_000));
    await engine.end('SIGKILL');
    stop = true;
    await Promise.all(workers);
    engine = await start();
  }
  expect(refusals, 'creates refused while the engine was up').toEqual([]);
  expect(answered(), 'the test must have made something').toBeGreaterThan(rounds * 5);

  for (const [index, { api }] of accounts.entries()) {
    const { made, deleted, uncertain } = ledgers[index] as Ledger;
    await eventually(
      `everything of account ${index} has come about or is gone`,
      async () => {
        for (const path of made) {
          const answer = await api.get<Thing>(path);
          if (deleted.has(path)) {
            if (answer.status !== 404) throw new Error(`${path} was deleted and answers ${answer.status}`);
            continue;
          }
          if (answer.status === 404 && uncertain.has(path)) continue;
          if (answer.status !== 200) throw new Error(`${path} was answered and is lost: ${answer.text}`);
          const thing: Thing = answer.data ?? answer.body;
          const kind = path.split('/')[1] as Kind;
          if (!settledStates[kind].includes(thing.status)) throw new Error(`${path} is ${thing.status}`);
          if (thing.status === 'ERROR' && !thing.status_reason) throw new Error(`${path} has no reason`);
          if (kind !== 'instances' && thing.status !== 'ERROR' && !thing.provider_id)
            throw new Error(`${path} has not come about: ${thing.status_reason}`);
        }
        return true;
      },
      120_000,
    );
  }

  const attachedTwice = (await recordItems(engine.description))
    .filter(({ pk, instance_id }) => String(pk).endsWith('#VOLUME') && instance_id)
    .map(({ sk }) => sk);
  expect(new Set(attachedTwice).size).toBe(attachedTwice.length);

  for (const { api } of accounts) {
    for (const kind of teardown) {
      await eventually(
        `${kind} of ${api.url} can all be deleted`,
        async () => {
          const list = await api.get<Thing[]>(`/${kind}`);
          const things: Thing[] = list.data ?? list.body;
          for (const { id } of things) {
            const answer = await api.delete(`/${kind}/${id}`);
            if (answer.status !== 200 && answer.status !== 404)
              throw new Error(`DELETE /${kind}/${id}: ${answer.status} ${answer.text}`);
          }
          return things.length === 0;
        },
        60_000,
      );
    }
  }

  const running = engine;
  await eventually(
    'the table, the counters and the cloud are empty',
    async () => {
      const items = await recordItems(running.description);
      const kinds =
        /#(INSTANCE|VOLUME|SNAPSHOT|SNAPSHOT_SCHEDULE|VPC|SUBNET|SECURITY_GROUP|LOAD_BALANCER)(#.*)?$/;
      const left = items.filter(({ pk }) => String(pk).startsWith('T#') && kinds.test(String(pk)));
      if (left.length > 0)
        throw new Error(
          `left in the table: ${left.map(({ pk, sk, status_reason }) => `${pk} ${sk} ${status_reason ?? ''}`).join('; ')}`,
        );
      for (const counter of items.filter(({ pk }) => accounts.some(({ id }) => pk === `T#${id}#COUNTER`)))
        for (const [name, value] of Object.entries(counter))
          if ((name === 'total' || name.startsWith('used_')) && value !== 0)
            throw new Error(`counter ${counter.pk} ${counter.sk}: ${name} is ${value}`);
      const machines = (await cloudInventory(running.description)).filter(
        ({ state }) => state !== 'terminated',
      );
      const resources = (await cloudResources(running.description)).filter(
        ({ tags }) => tags['thecloud:tenant'] && tags['thecloud:resource'],
      );
      const balancers = (await cloudBalancers(running.description)) as unknown[];
      if (machines.length + resources.length + balancers.length > 0)
        throw new Error(
          `left in the cloud: ${machines.length} machines, ${balancers.length} balancers, ${resources.map(({ kind, id }) => `${kind} ${id}`).join(', ')}`,
        );
      return true;
    },
    120_000,
  );
});
