import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Key, Query, Tables } from '../../../../lib/platform/table/types.ts';
import { requestsKey, slotKey, tallyKey } from '../../../../lib/platform/totals/keys.ts';
import { workKeys } from '../../../../lib/platform/work/work-index.ts';
import { createDocumentation } from '../../../../lib/services/health/documentation.ts';
import { insightRoutes } from '../../../../lib/services/health/routes.ts';
import { createHealthService } from '../../../../lib/services/health/service.ts';
import { totals } from '../../../../lib/services/totals.ts';
import { readExposition, valuesOf } from '../../../support/prometheus.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { served } from '../../platform/http/harness.ts';

let store: TestTables;
beforeAll(async () => {
  store = await startTables();
});
afterAll(() => store.stop());

const start = Date.UTC(2026, 10, 21, 10);
const documentation = createDocumentation(
  async () => (await import('../../../../docs/openapi.json', { with: { type: 'json' } })).default,
);

const serving = (tables: Tables, clock = { time: start, now: () => clock.time }) => ({
  clock,
  app: served(insightRoutes, { health: createHealthService({ tables, clock, totals }), documentation }),
});
const broken = {
  queryPage: () => Promise.reject(Object.assign(new Error('x'), { name: 'TimeoutError' })),
} as unknown as Tables;

const due = (id: string, minutesAgo: number) =>
  store.tables.write({
    put: {
      pk: 'T#t#INSTANCE',
      sk: id,
      ...workKeys('t', 'INSTANCE', id, new Date(start - minutesAgo * 60_000).toISOString()),
    },
  });

describe('health', () => {
  it('is UP where the table answers and nothing waits too long', async () => {
    await due('0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a11', 5);
    const { app } = serving(store.tables);
    for (const path of ['/health', '/health/ready']) {
      const answer = await app.call({ path });
      expect(answer.statusCode).toBe(200);
      expect(answer.json).toEqual({
        status: 'UP',
        checks: { database: 'CONNECTED', docker: 'CONNECTED' },
        time: '2026-11-21T10:00:00.000Z',
      });
    }
  });

  it('is DEGRADED and 503 where the table does not answer', async () => {
    const answer = await serving(broken).app.call({ path: '/health' });
    expect(answer.statusCode).toBe(503);
    expect(answer.json).toMatchObject({
      status: 'DEGRADED',
      checks: { database: 'DISCONNECTED: TimeoutError', docker: expect.stringMatching(/^DISCONNECTED/) },
    });
  });

  it('is DEGRADED where changes wait far beyond their time', async () => {
    await due('0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a15', 40);
    const { app, clock } = serving(store.tables);
    expect((await app.call({ path: '/health' })).json.checks).toEqual({
      database: 'CONNECTED',
      docker: 'DISCONNECTED: changes have been waiting for 40 minutes',
    });
    expect((await app.call({ path: '/health/ovs' })).json).toEqual({
      status: 'degraded',
      message: 'changes have been waiting for 40 minutes',
    });
    const metrics = await app.call({ path: '/metrics' });
    expect(metrics.headers['Content-Type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(metrics.body).toContain('thecloud_database_up 1\n');
    expect(metrics.body).toContain('thecloud_work_late_seconds 2400\n');
    await store.tables.write({ delete: { pk: 'T#t#INSTANCE', sk: '0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a15' } });
    clock.time += 2_000;
    expect((await app.call({ path: '/health' })).json.status).toBe('UP');
  });

  it('of networks is healthy, or unavailable with 503', async () => {
    expect((await serving(store.tables).app.call({ path: '/health/ovs' })).json).toEqual({
      status: 'healthy',
    });
    const answer = await serving(broken).app.call({ path: '/health/ovs' });
    expect([answer.statusCode, answer.json.status]).toEqual([503, 'unavailable']);
  });

  it('is looked at once in two seconds, however often it is asked', async () => {
    const { app } = serving(store.tables);
    const { requests } = await costOf(store, () =>
      Promise.all(Array.from({ length: 50 }, () => app.call({ path: '/health' }))),
    );
    expect(requests).toBe(8);
  });

  it('of the process needs nothing', async () => {
    const answer = await serving(broken).app.call({ path: '/health/live' });
    expect([answer.statusCode, answer.json]).toEqual([200, { status: 'ok' }]);
  });
});

describe('metrics', () => {
  const read = async (app: ReturnType<typeof serving>['app']) => {
    const answer = await app.call({ path: '/metrics' });
    expect(answer.statusCode).toBe(200);
    return readExposition(answer.body as string);
  };
  const add = (key: Key, amounts: Record<string, number>) =>
    store.tables.write({ update: key, add: amounts });

  it('are what is kept of instances, keys, logins and requests, over all slots', async () => {
    const { app, clock } = serving(store.tables);
    expect([...(await read(app)).keys()]).toEqual(['thecloud_database_up', 'thecloud_work_late_seconds']);
    await add(slotKey('instances_total', 0), { '=RUNNING|ec2': 5, '=STARTING|ec2': 2 });
    await add(slotKey('instances_total', 7), { '=RUNNING|ec2': -1, '=STARTING|ec2': -2 });
    await add(slotKey('instance_operations_total', 3), { '=launch|requested': 7 });
    await add(slotKey('api_keys_active', 1), { '=': 3 });
    await add(tallyKey('auth_attempts_total'), { '=success': 4, '=failure': 1 });
    await add(requestsKey('GET', '/instances/:id'), {
      '=200': 2,
      le5: 1,
      leInf: 1,
      microseconds: 20_000_000,
    });
    clock.time += 2_000;
    const families = await read(app);
    expect(valuesOf(families, 'thecloud_instances_total')).toEqual({ 'RUNNING ec2': 4, 'STARTING ec2': 0 });
    expect(valuesOf(families, 'thecloud_instance_operations_total')).toEqual({ 'launch requested': 7 });
    expect(valuesOf(families, 'thecloud_api_keys_active')).toEqual({ '': 3 });
    expect(valuesOf(families, 'thecloud_auth_attempts_total')).toEqual({ success: 4, failure: 1 });
    expect(valuesOf(families, 'thecloud_http_requests_total')).toEqual({ 'GET /instances/:id 200': 2 });
    expect(families.get('thecloud_http_request_duration_seconds')?.type).toBe('histogram');
  });

  it('read one page of each table, once in two seconds', async () => {
    const { app } = serving(store.tables);
    const cost = await costOf(store, () =>
      Promise.all(Array.from({ length: 50 }, () => app.call({ path: '/metrics' }))),
    );
    expect(cost).toMatchObject({ requests: 8 + 2, writeUnits: 0 });
    expect(cost.readUnits).toBeLessThanOrEqual(8 * 0.5 + 2);
  });

  it('say that the table can’t be read, and nothing else, where it can’t', async () => {
    expect(valuesOf(await read(serving(broken).app), 'thecloud_database_up')).toEqual({ '': 0 });
  });

  it('are refused where the totals alone can’t be read, and there again when they can', async () => {
    let refusing = true;
    const halting = {
      ...store.tables,
      query: (query: Query) => {
        if (refusing) throw new CloudError('UNAVAILABLE', 'busy', { retryAfterSeconds: 1 });
        return store.tables.query(query);
      },
    };
    const { app } = serving(halting);
    expect((await app.call({ path: '/metrics' })).statusCode).toBe(503);
    refusing = false;
    expect((await app.call({ path: '/metrics' })).statusCode).toBe(200);
  });
});

describe('the documentation', () => {
  it.each([
    ['/swagger', 'text/html; charset=utf-8'],
    ['/swagger/index.html', 'text/html; charset=utf-8'],
    ['/swagger/style.css', 'text/css; charset=utf-8'],
    ['/swagger/doc.json', 'application/json; charset=utf-8'],
    ['/openapi.json', 'application/json; charset=utf-8'],
  ])('is at %s', async (path, type) => {
    const answer = await serving(broken).app.call({ path });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['Content-Type']).toBe(type);
    expect(answer.headers['Content-Security-Policy']).toBe("default-src 'self'");
  });

  it.each(['/swagger/no.html', '/swagger/__proto__', '/swagger/a/b'])('has nothing at %s', async (path) => {
    const answer = await serving(broken).app.call({ path });
    expect([answer.statusCode, answer.json.error.type]).toEqual([404, 'NOT_FOUND']);
  });
});
