import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Authenticator } from '../../../../lib/platform/auth/authenticator.ts';
import { systemClock } from '../../../../lib/platform/clock.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createActions } from '../../../../lib/services/actions/service.ts';
import { computeRoutes } from '../../../../lib/services/compute-routes.ts';
import { Telemetry } from '../../../../lib/services/instances/telemetry.ts';
import { telemetryRoutes } from '../../../../lib/services/instances/telemetry-routes.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { served } from '../../platform/http/harness.ts';
import { defaultLimits, newCaller, openInstances } from './harness.ts';

let database: TestTables;
let platform: ReturnType<typeof openInstances>;
let compute: ReturnType<typeof served>;
let telemetry: ReturnType<typeof served>;

/** The key is the tenant. */
const authenticator = {
  authenticate: async (credential) => newCaller('apiKey' in credential ? credential.apiKey : '').principal,
  forget: () => undefined,
} as Authenticator;

beforeAll(async () => {
  database = await startTables();
  const { tables } = database;
  platform = openInstances(tables);
  const given = { tables, newId, clock: systemClock, authenticator };
  const quotas = createQuotas({ tables, limits: defaultLimits });
  compute = served(computeRoutes, { instances: platform.instances, quotas }, given);
  const source = {
    console: async () => ({ output: 'hello\nworld\n' }),
    use: async () => ({ cpuPercent: 7 }),
    history: async () => ({ cpu: [{ at: 0, value: 7 }], memory: [], networkIn: [], networkOut: [] }),
  };
  telemetry = served(
    telemetryRoutes,
    { telemetry: new Telemetry({ store: platform.store, source, clock: systemClock }) },
    given,
  );
});
afterAll(() => database?.stop());

type Request = Parameters<ReturnType<typeof served>['call']>[0];

const as = (tenant: string, request: Request, key?: string): Request => ({
  ...request,
  headers: { 'x-api-key': tenant, ...(key && { 'idempotency-key': key }), ...request.headers },
});

const sdkBody = { name: 'web-1', image: 'nginx:alpine', ports: '', vpc_id: '', subnet_id: '', volumes: null };

const launched = async (tenant: string, body: object = sdkBody) => {
  const answer = await compute.call(as(tenant, { method: 'POST', path: '/instances', body }));
  expect(answer.statusCode).toBe(201);
  return answer.json.data;
};

describe('POST /instances', () => {
  it('answers 201 with the contract’s fields and the place of the instance', async () => {
    const tenant = randomUUID();
    const answer = await compute.call(as(tenant, { method: 'POST', path: '/instances', body: sdkBody }));
    const { data } = answer.json;
    expect([answer.statusCode, answer.headers.Location]).toEqual([201, `/instances/${data.id}`]);
    expect(Object.keys(data).sort()).toEqual(
      [
        'created_at',
        'desired_status',
        'id',
        'image',
        'instance_type',
        'name',
        'status',
        'termination_protection',
        'updated_at',
        'user_id',
        'version',
        'zone',
      ].sort(),
    );
  });

  it('answers a repeat with the same key like the first, and another request with it 422', async () => {
    const tenant = randomUUID();
    const request = { method: 'POST', path: '/instances', body: sdkBody };
    const first = await compute.call(as(tenant, request, 'key-1'));
    const again = await compute.call(as(tenant, request, 'key-1'));
    expect([again.statusCode, again.json.data]).toEqual([201, first.json.data]);
    const other = { ...request, body: { ...sdkBody, name: 'other' } };
    expect((await compute.call(as(tenant, other, 'key-1'))).statusCode).toBe(422);
    const list = await compute.call(as(tenant, { path: '/instances' }));
    expect(list.json.data).toHaveLength(1);
  });

  it('costs at most two round trips and nine units with a key', async () => {
    const tenant = randomUUID();
    const request = as(tenant, { method: 'POST', path: '/instances', body: sdkBody }, randomUUID());
    await launched(tenant);
    const cost = await costOf(database, () => compute.call(request));
    expect(cost.requests).toBeLessThanOrEqual(2);
    expect(cost.writeUnits).toBeLessThanOrEqual(9);
  });

  it.each([
    ['name', 400, 'INVALID_INPUT', { ...sdkBody, name: 'a b' }],
    ['image', 400, 'INVALID_INPUT', { ...sdkBody, image: 'Not An Image' }],
    ['ports', 400, 'INVALID_PORT_FORMAT', { ...sdkBody, ports: 'abc' }],
    ['ports', 409, 'TOO_MANY_PORTS', { ...sdkBody, ports: Array(11).fill('0:80').join() }],
    ['vpc_id', 400, 'INVALID_INPUT', { ...sdkBody, vpc_id: 'nope' }],
    ['instance_type', 400, 'INVALID_INPUT', { ...sdkBody, instance_type: 'm1.tiny' }],
    ['tags.a', 400, 'INVALID_INPUT', { ...sdkBody, tags: { a: 1 } }],
  ])('with a bad %s answers %i %s that names it', async (path, status, type, body) => {
    const answer = await compute.call(as(randomUUID(), { method: 'POST', path: '/instances', body }));
    expect([answer.statusCode, answer.json.error.type]).toEqual([status, type]);
    expect(answer.json.error.details).toEqual(
      expect.arrayContaining([{ path, message: expect.any(String) }]),
    );
  });

  it.each([
    ['vpc', { vpc_id: randomUUID() }],
    ['subnet', { subnet_id: randomUUID() }],
    ['volume', { volumes: [{ volume_id: randomUUID(), mount_path: '/d' }] }],
  ])('with an unknown %s answers 404 and leaves nothing', async (_, change) => {
    const tenant = randomUUID();
    const body = { ...sdkBody, ...change };
    const answer = await compute.call(as(tenant, { method: 'POST', path: '/instances', body }));
    expect([answer.statusCode, answer.json.error.type]).toEqual([404, 'NOT_FOUND']);
    expect((await compute.call(as(tenant, { path: '/instances' }))).json.data).toEqual([]);
  });
});

describe('GET /instances/:id', () => {
  it('is one request to DynamoDB of at most one unit', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    const cost = await costOf(database, () => compute.call(as(tenant, { path: `/instances/${id}` })));
    expect([cost.requests, cost.readUnits <= 1]).toEqual([1, true]);
  });

  it('answers another tenant as if there were none', async () => {
    const { id } = await launched(randomUUID());
    const stranger = randomUUID();
    const theirs = await compute.call(as(stranger, { path: `/instances/${id}` }));
    const absent = await compute.call(as(stranger, { path: `/instances/${randomUUID()}` }));
    expect([theirs.statusCode, theirs.json.error]).toEqual([404, absent.json.error]);
  });
});

describe('PATCH /instances/:id', () => {
  it('changes name and tags', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    const body = { name: 'renamed', tags: { a: 'b' } };
    const answer = await compute.call(as(tenant, { method: 'PATCH', path: `/instances/${id}`, body }));
    expect([answer.statusCode, answer.json.data]).toMatchObject([200, { ...body, id, version: 2 }]);
  });

  it.each(['image', 'status', 'ports', 'termination_protection', 'id'])(
    'refuses %s by name',
    async (field) => {
      const tenant = randomUUID();
      const { id } = await launched(tenant);
      const body = { name: 'renamed', [field]: 'x' };
      const answer = await compute.call(as(tenant, { method: 'PATCH', path: `/instances/${id}`, body }));
      expect([answer.statusCode, answer.json.error.details]).toEqual([
        400,
        [{ path: field, message: expect.any(String) }],
      ]);
      expect((await compute.call(as(tenant, { path: `/instances/${id}` }))).json.data.name).toBe('web-1');
    },
  );
});

describe('DELETE /instances/:id', () => {
  it('repeated with its key answers 200 again, and without one 404', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    const request = { method: 'DELETE', path: `/instances/${id}` };
    const statuses = [];
    for (const key of ['k', 'k', undefined])
      statuses.push((await compute.call(as(tenant, request, key))).statusCode);
    expect(statuses).toEqual([200, 200, 404]);
  });

  it('of a protected instance needs its name', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant, { ...sdkBody, termination_protection: true });
    const request = { method: 'DELETE', path: `/instances/${id}` };
    expect((await compute.call(as(tenant, request))).json.error.type).toBe('CONFLICT');
    expect((await compute.call(as(tenant, { ...request, query: 'confirm=web-1' }))).statusCode).toBe(200);
  });
});

describe('GET /instances', () => {
  it.each([
    ['state', 'state=flying'],
    ['tag', 'tag=nocolon'],
    ['sortBy', 'sortBy=image'],
    ['pageSize', 'pageSize=101'],
  ])('with a bad %s answers 400 that names it', async (path, query) => {
    const answer = await compute.call(as(randomUUID(), { path: '/instances', query }));
    expect([answer.statusCode, answer.json.error.details[0].path]).toEqual([400, path]);
  });

  it('filters by state in any case, and pages on request', async () => {
    const tenant = randomUUID();
    for (const name of ['a', 'b', 'c']) await launched(tenant, { ...sdkBody, name });
    const all = await compute.call(as(tenant, { path: '/instances', query: 'state=starting' }));
    expect(all.json.data.map(({ name }: { name: string }) => name)).toEqual(['c', 'b', 'a']);
    const page = await compute.call(
      as(tenant, { path: '/instances', query: 'page=2&pageSize=2&sortBy=name&sortDir=asc' }),
    );
    expect(page.json.data.map(({ name }: { name: string }) => name)).toEqual(['c']);
    expect(JSON.parse(String(page.headers['X-Pagination']))).toMatchObject({ total: 3, totalPages: 2 });
  });
});

describe('the other routes', () => {
  it.each([
    ['stop', 200],
    ['start', 200],
    ['restart', 409],
  ])('POST /instances/:id/%s of one that starts answers %i', async (act, status) => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    const answer = await compute.call(as(tenant, { method: 'POST', path: `/instances/${id}/${act}` }));
    expect(answer.statusCode).toBe(status);
    if (status === 200) expect(answer.json.data).toEqual({ message: expect.any(String) });
  });

  it('GET /quotas shows what is used and allowed', async () => {
    const tenant = randomUUID();
    await launched(tenant);
    const answer = await compute.call(as(tenant, { path: '/quotas' }));
    expect(answer.json.data).toContainEqual({ resource: 'vcpus', used: 2, limit: 40 });
  });

  it('GET /instances/:id/actions shows who did what, and how it ended', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    const { event } = await platform.store.get(tenant, id);
    if (!event) throw new Error('no event');
    const actions = createActions({ tables: database.tables });
    await actions.record({ ...event, kind: 'INSTANCE', tenant, resource_id: id });
    const answer = await compute.call(as(tenant, { path: `/instances/${id}/actions` }));
    expect(answer.json.data).toEqual([
      {
        id: event.id,
        action: 'launch',
        user: tenant,
        request_id: event.request_id,
        requested_at: event.at,
        outcome: 'pending',
      },
    ]);
  });

  it('GET logs is plain text, console and stats are not', async () => {
    const tenant = randomUUID();
    const { id } = await launched(tenant);
    expect((await telemetry.call(as(tenant, { path: `/instances/${id}/logs` }))).json.error.type).toBe(
      'INSTANCE_NOT_RUNNING',
    );
    await platform.become(newCaller(tenant), id, { status: 'RUNNING', container_id: 'i-1' });
    const logs = await telemetry.call(as(tenant, { path: `/instances/${id}/logs` }));
    expect([logs.statusCode, logs.body, logs.headers['Content-Type']]).toEqual([
      200,
      'hello\nworld',
      'text/plain; charset=utf-8',
    ]);
    const console = await telemetry.call(as(tenant, { path: `/instances/${id}/console` }));
    expect(console.json.data).toEqual({ output: 'hello\nworld\n' });
    const stats = await telemetry.call(as(tenant, { path: `/instances/${id}/stats` }));
    expect(stats.json.data).toMatchObject({ cpu_percentage: 7, memory_limit_bytes: 1_073_741_824 });
    const metrics = await telemetry.call(as(tenant, { path: `/instances/${id}/metrics` }));
    expect(metrics.json.data).toMatchObject({
      resolution: 60,
      cpu: [{ timestamp: '1970-01-01T00:00:00.000Z', value: 7 }],
      memory: [],
    });
  });
});
