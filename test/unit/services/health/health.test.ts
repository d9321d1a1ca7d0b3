import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { workKeys } from '../../../../lib/platform/work/work-index.ts';
import { createDocumentation } from '../../../../lib/services/health/documentation.ts';
import { insightRoutes } from '../../../../lib/services/health/routes.ts';
import { createHealthService } from '../../../../lib/services/health/service.ts';
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
  app: served(insightRoutes, { health: createHealthService({ tables, clock }), documentation }),
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
