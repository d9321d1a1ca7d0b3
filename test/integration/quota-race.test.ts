import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiHandler } from '../../lib/platform/http/serve.ts';
import { counterKey } from '../../lib/platform/table/keys.ts';
import { newAccount } from '../support/api-client.ts';
import { collect } from '../support/collect.ts';
import { runEngine } from '../support/engine.ts';
import { cloudInventory } from '../support/engine-inspection.ts';
import { eventually } from '../support/eventually.ts';
import { done, injectFaults } from '../support/fault-plugin.ts';
import type { Fault } from '../support/faults.ts';
import { startTables, type TestTables } from '../support/tables.ts';
import { contextOf, eventOf } from '../unit/platform/http/harness.ts';

const launches = 200;
const quota = 50;
const password = 'Correct-horse-battery-9';

/** Of all calls so many percent fail in each way; the numbers come from a generator with a seed, so that a run can be repeated. */
const shares: [Exclude<Fault, 'partial'>, number][] = [
  ['conflict', 30],
  ['throttle', 4],
  ['timeout-after-effect', 4],
  ['timeout-before-effect', 2],
  ['server-error', 2],
];

const seeded = (seed: number) => {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
};

const faultsOf = (random: () => number) => (command: string) => {
  let point = random() * 100;
  for (const [fault, share] of shares) {
    point -= share;
    if (point < 0)
      return fault === 'conflict' && command !== 'TransactWriteItemsCommand' ? 'throttle' : fault;
  }
  return undefined;
};

interface Outcome {
  status: number;
  type?: string;
  retryAfter: boolean;
}

const expectExactly = (outcomes: readonly Outcome[]): void => {
  expect(outcomes.filter(({ status }) => status !== 201 && status !== 429)).toEqual([]);
  expect(outcomes.filter(({ status }) => status === 201)).toHaveLength(quota);
  const refused = outcomes.filter(({ status }) => status === 429);
  expect(new Set(refused.map(({ type }) => type))).toEqual(new Set(['RESOURCE_LIMIT_EXCEEDED']));
  expect(refused.some(({ retryAfter }) => retryAfter)).toBe(false);
};

describe(`${launches} launches of one tenant at once on a quota of ${quota}`, () => {
  it('make exactly as many machines through the whole platform, and nobody sees a 5xx', async () => {
    const engine = await runEngine({ quotas: { instances: quota, vcpus: 4000, vpcs: 5 } });
    try {
      const user = await newAccount(engine.url);
      const answers = await Promise.all(
        Array.from({ length: launches }, (_, n) =>
          user.api.post('/instances', { name: `race-${n}`, image: 'al2023' }),
        ),
      );
      expectExactly(
        answers.map(({ status, body, headers }) => ({
          status,
          type: body.error?.type,
          retryAfter: headers.has('retry-after'),
        })),
      );
      const { data } = await user.api.get('/quotas');
      expect(data).toContainEqual({ resource: 'instances', used: quota, limit: quota });
      await eventually(
        'all of them run',
        async () => {
          const { data: running } = await user.api.get<object[]>('/instances?state=RUNNING');
          return running.length === quota;
        },
        60_000,
      );
      expect(await cloudInventory(engine)).toHaveLength(quota);
    } finally {
      await engine.stop();
    }
  });

  describe('with conflicts, throttles and timeouts in the table client', () => {
    let store: TestTables;
    let compute: ApiHandler;
    let key: string;
    let tenant: string;

    beforeAll(async () => {
      store = await startTables();
      const environment = {
        STAGE: 'test',
        TABLE_NAME: store.names.record,
        EPHEMERAL_TABLE_NAME: store.names.ephemeral,
        ORIGIN_SECRET: '',
        TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token',
        REGISTRATION: 'open',
        DEFAULT_QUOTAS: JSON.stringify({ instances: quota, vcpus: 4000, vpcs: 5 }),
        RATE_LIMIT: '{"requestsPerSecond":10000,"burst":20000}',
        AUTH_RATE_LIMIT: '{"perMinute":600,"burst":600}',
        ALLOWED_ORIGINS: '["*"]',
        PUBLIC_URL: '',
        HOME_ZONE: 'us-east-1a',
        ZONES: '["us-east-1a","us-east-1b"]',
        AMI_ALLOW_LIST: '[]',
        AWS_ENDPOINT_URL_DYNAMODB: store.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        CLOUD_SDK_PLUGIN: join(import.meta.dirname, '../support/fault-plugin.ts'),
        POWERTOOLS_DEV: 'true',
        LOG_LEVEL: 'SILENT',
      };
      for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
      for (const level of ['info', 'warn', 'error'] as const)
        vi.spyOn(console, level).mockImplementation(() => undefined);
      const { handler: identity } = await import('../../functions/api/identity.ts');
      ({ handler: compute } = await import('../../functions/api/compute.ts'));
      const post = async (path: string, body: unknown) => {
        const answer = await identity(eventOf({ method: 'POST', path, body }), contextOf());
        return JSON.parse(String(answer.body)).data;
      };
      const account = { email: 'race@example.com', password };
      tenant = (await post('/auth/register', { ...account, name: 'Race' })).id;
      key = (await post('/auth/login', account)).api_key;
    });
    afterAll(async () => {
      injectFaults(() => undefined);
      vi.unstubAllEnvs();
      vi.restoreAllMocks();
      await store?.stop();
    });

    const launch = async (n: number): Promise<Outcome> => {
      const event = eventOf({
        method: 'POST',
        path: '/instances',
        headers: { 'x-api-key': key, 'idempotency-key': `race-${n}` },
        body: { name: `race-${n}`, image: 'al2023' },
      });
      const { statusCode = 0, body, headers } = await compute(event, contextOf());
      return {
        status: statusCode,
        type: JSON.parse(String(body)).error?.type,
        retryAfter: 'Retry-After' in headers,
      };
    };

    it('make exactly as many instances, the counter says so, and nobody sees a 5xx', async () => {
      injectFaults(faultsOf(seeded(20_261_121)));
      const outcomes = await Promise.all(Array.from({ length: launches }, (_, n) => launch(n)));
      for (const [fault] of shares) expect(done[fault] ?? 0, fault).toBeGreaterThan(0);
      injectFaults(() => undefined);
      expectExactly(outcomes);
      const items = await collect(
        store.tables.query({ partition: `T#${tenant}#INSTANCE`, consistent: true }),
      );
      expect(items).toHaveLength(quota);
      expect(await store.tables.get(counterKey(tenant, 'INSTANCE'), { consistent: true })).toMatchObject({
        used_instances: quota,
        used_vcpus: 2 * quota,
        total: quota,
      });
    });

    it('answer each repeat as they answered the first, and make none more', async () => {
      injectFaults(faultsOf(seeded(7)));
      expectExactly(await Promise.all(Array.from({ length: launches }, (_, n) => launch(n))));
      injectFaults(() => undefined);
      const items = await collect(
        store.tables.query({ partition: `T#${tenant}#INSTANCE`, consistent: true }),
      );
      expect(items).toHaveLength(quota);
    });
  });
});
