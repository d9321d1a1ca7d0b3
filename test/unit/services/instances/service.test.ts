import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { InstanceStatus } from '../../../../lib/services/instances/schema.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { defaultLimits, everything, launchInput, newCaller, openInstances } from './harness.ts';

let database: TestTables;
let platform: ReturnType<typeof openInstances>;

beforeAll(async () => {
  database = await startTables();
  platform = openInstances(database.tables);
});
afterAll(() => database?.stop());

const launch = (caller: Caller, change: Record<string, unknown> = {}) =>
  platform.instances.launch(caller, launchInput(change));

const errorOf = (promise: Promise<unknown>): Promise<CloudError> =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => error,
  );

describe('a launch', () => {
  it('records a STARTING instance and answers with it', async () => {
    const caller = newCaller();
    const instance = await launch(caller, { ports: '8080:80, 0:443', tags: { team: 'a' } });
    expect(instance).toMatchObject({
      user_id: caller.principal.user,
      name: 'web',
      image: 'nginx',
      status: 'STARTING',
      desired_status: 'RUNNING',
      ports: '8080:80,0:443',
      instance_type: 't3.micro',
      zone: 'us-east-1a',
      tags: { team: 'a' },
      termination_protection: false,
      version: 1,
    });
    expect(await platform.instances.get(caller, instance.id)).toEqual(instance);
  });

  it('costs one transaction of 7 units, 9 with an idempotency key', async () => {
    const caller = newCaller();
    await launch(caller);
    const plain = await costOf(database, () => launch(caller));
    const idempotency = {
      given: 'key',
      record: (result: unknown) => ({
        put: {
          table: 'ephemeral' as const,
          pk: `KEY#${randomUUID()}`,
          sk: 'ANSWER',
          answer: result,
          expires_at: 1,
        },
      }),
    };
    const keyed = await costOf(database, () => launch({ ...caller, idempotency }));
    expect([plain.requests, keyed.requests]).toEqual([1, 1]);
    expect(plain.writeUnits).toBeLessThanOrEqual(7);
    expect(keyed.writeUnits).toBeLessThanOrEqual(9);
  });

  it('keeps user data apart from the record', async () => {
    const caller = newCaller();
    const { id } = await launch(caller, { image: 'al2023', user_data: '#!/bin/sh' });
    const record = await platform.store.get(caller.principal.tenant, id);
    expect(JSON.stringify(record)).not.toContain('/bin/sh');
  });

  const other = randomUUID();
  it.each([
    ['an unknown VPC', { vpc_id: other }, 'NOT_FOUND'],
    ['an unknown subnet', { subnet_id: other }, 'NOT_FOUND'],
    ['an unknown volume', { volumes: [{ volume_id: 'data', mount_path: '/data' }] }, 'NOT_FOUND'],
    ['a machine image that is not allowed', { image: 'ami-00000000000000000' }, 'INVALID_INPUT'],
    ['user data for a container', { user_data: 'x' }, 'INVALID_INPUT'],
    ['bad ports', { ports: '80' }, 'INVALID_PORT_FORMAT'],
    ['eleven ports', { ports: Array.from({ length: 11 }, () => '0:80').join() }, 'TOO_MANY_PORTS'],
    ['a quota that is too small', { instance_type: 't3.2xlarge', name: 'big' }, undefined],
  ])('with %s changes nothing', async (_, change, type) => {
    const caller = newCaller();
    if (type === undefined) {
      for (let i = 0; i < 5; i++) await launch(caller, change);
      expect(await errorOf(launch(caller, change))).toMatchObject({
        type: 'RESOURCE_LIMIT_EXCEEDED',
        message: expect.stringContaining('vcpus'),
      });
      expect((await platform.instances.list(caller, everything, {})).items).toHaveLength(5);
      return;
    }
    expect(await errorOf(launch(caller, change))).toMatchObject({ type });
    expect((await platform.instances.list(caller, everything, {})).items).toEqual([]);
  });

  it('is refused beyond the quota, and allowed again after an administrator raised it', async () => {
    const caller = newCaller();
    const small = openInstances(database.tables, { instances: 1, vcpus: 40 });
    const quotas = createQuotas({ tables: database.tables, limits: { instances: 1, vcpus: 40 } });
    await small.instances.launch(caller, launchInput());
    expect(await errorOf(small.instances.launch(caller, launchInput()))).toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
      message: expect.stringContaining('instances'),
    });
    await quotas.set(newCaller(), caller.principal.tenant, { instances: 2 }, (after) => after);
    await small.instances.launch(caller, launchInput());
    expect(await quotas.list(caller.principal.tenant)).toEqual([
      { resource: 'instances', used: 2, limit: 2 },
      { resource: 'vcpus', used: 4, limit: 40 },
    ]);
  });
});

describe('quotas', () => {
  it('of a tenant that has nothing are the defaults', async () => {
    const quotas = createQuotas({ tables: database.tables, limits: defaultLimits });
    expect(await quotas.list(randomUUID())).toEqual([
      { resource: 'instances', used: 0, limit: 20 },
      { resource: 'vcpus', used: 0, limit: 40 },
      { resource: 'vpcs', used: 0, limit: 5 },
    ]);
  });

  it.each([
    ['planets', 1],
    ['instances', -1],
    ['instances', 1.5],
    ['toString', 1],
  ])('refuse %s of %d by name', async (name, limit) => {
    const quotas = createQuotas({ tables: database.tables, limits: defaultLimits });
    const set = quotas.set(newCaller(), randomUUID(), { [name]: limit }, () => undefined);
    expect(await errorOf(set)).toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: name }],
    });
  });
});

describe('an instance', () => {
  type Act = 'stop' | 'start' | 'restart' | 'delete';
  const running = { status: 'RUNNING' as InstanceStatus };
  const stopped = { status: 'STOPPED' as InstanceStatus };
  const failed = { status: 'ERROR' as InstanceStatus };

  it.each([
    ['that runs', running, 'stop', { desired_status: 'STOPPED', status: 'RUNNING' }],
    ['that is stopped', stopped, 'stop', 'unchanged'],
    ['that failed', failed, 'stop', 'INSTANCE_NOT_RUNNING'],
    ['that starts', undefined, 'stop', { desired_status: 'STOPPED', status: 'STARTING' }],
    ['that runs', running, 'start', 'unchanged'],
    ['that is stopped', stopped, 'start', { desired_status: 'RUNNING', status: 'STARTING' }],
    ['that failed', failed, 'start', 'CONFLICT'],
    ['that starts', undefined, 'start', 'unchanged'],
    ['that runs', running, 'restart', { restarts_wanted: 1, status: 'RUNNING' }],
    ['that is stopped', stopped, 'restart', 'INSTANCE_NOT_RUNNING'],
    ['that failed', failed, 'restart', 'INSTANCE_NOT_RUNNING'],
    ['that starts', undefined, 'restart', 'INSTANCE_NOT_RUNNING'],
  ] as [string, object | undefined, Act, string | object][])(
    '%s (%j): %s',
    async (_, state, act, outcome) => {
      const caller = newCaller();
      const { id } = await launch(caller);
      if (state) await platform.become(caller, id, state);
      const before = await platform.store.get(caller.principal.tenant, id);
      if (typeof outcome === 'string' && outcome !== 'unchanged') {
        expect(await errorOf(platform.instances[act](caller, id))).toMatchObject({ type: outcome });
        expect(await platform.store.get(caller.principal.tenant, id)).toEqual(before);
        return;
      }
      expect(await platform.instances[act](caller, id)).toEqual({ message: expect.any(String) });
      const after = await platform.store.get(caller.principal.tenant, id);
      if (outcome === 'unchanged') expect(after).toEqual(before);
      else {
        expect(after).toMatchObject({
          ...(outcome as object),
          generation: before.generation + 1,
          version: before.version + 1,
          event: {
            action: act,
            phase: 'requested',
            user: caller.principal.user,
            request_id: caller.requestId,
          },
        });
      }
    },
  );

  it('that was stopped on its way up may be started again before it stopped', async () => {
    const caller = newCaller();
    const { id } = await launch(caller);
    await platform.become(caller, id, running);
    await platform.instances.stop(caller, id);
    await platform.instances.stop(caller, id);
    await platform.instances.start(caller, id);
    const instance = await platform.instances.get(caller, id);
    expect(instance.status).toBe('RUNNING');
    expect(instance.desired_status).toBeUndefined();
  });

  it('is found by id in any form, and by name the newest', async () => {
    const caller = newCaller();
    await launch(caller, { name: 'twin' });
    const newest = await launch(caller, { name: 'twin' });
    for (const form of [
      newest.id.toUpperCase(),
      newest.id.replaceAll('-', ''),
      `urn:uuid:${newest.id}`,
      'twin',
    ]) {
      expect((await platform.instances.get(caller, form)).id).toBe(newest.id);
    }
  });

  it('of another tenant is as absent as one that never was', async () => {
    const { id } = await launch(newCaller());
    const stranger = newCaller();
    const absent = await errorOf(platform.instances.get(stranger, randomUUID()));
    for (const act of ['get', 'stop', 'start', 'restart', 'delete'] as const) {
      const error = await errorOf(platform.instances[act](stranger, id));
      expect([error.type, error.message]).toEqual([absent.type, absent.message]);
    }
    expect(await errorOf(platform.instances.update(stranger, id, { name: 'x' }))).toMatchObject({
      type: 'NOT_FOUND',
    });
    expect(await errorOf(platform.instances.actions(stranger, id, everything))).toMatchObject({
      type: 'NOT_FOUND',
    });
  });

  it('is renamed and tagged without EC2 being told', async () => {
    const caller = newCaller();
    const { id } = await launch(caller, { name: 'old', tags: { a: '1' } });
    const updated = await platform.instances.update(caller, id, { name: 'new', tags: { b: '2' } });
    expect(updated).toMatchObject({ id, name: 'new', tags: { b: '2' }, version: 2 });
    expect((await platform.instances.get(caller, 'new')).id).toBe(id);
    expect(await errorOf(platform.instances.get(caller, 'old'))).toMatchObject({ type: 'NOT_FOUND' });
    expect((await platform.store.get(caller.principal.tenant, id)).generation).toBe(1);
  });

  it('under termination protection is deleted only by who names it', async () => {
    const caller = newCaller();
    const { id } = await launch(caller, { name: 'precious', termination_protection: true });
    expect(await errorOf(platform.instances.delete(caller, id))).toMatchObject({ type: 'CONFLICT' });
    expect(await errorOf(platform.instances.delete(caller, id, 'web'))).toMatchObject({ type: 'CONFLICT' });
    await platform.instances.delete(caller, id, 'precious');
    expect(await errorOf(platform.instances.get(caller, id))).toMatchObject({ type: 'NOT_FOUND' });
  });

  it('that was deleted is gone from every read at once, and holds its quota until EC2 says so', async () => {
    const caller = newCaller();
    const { tenant } = caller.principal;
    const { id } = await launch(caller, { name: 'gone' });
    await platform.instances.delete(caller, id);
    expect((await platform.instances.list(caller, everything, {})).items).toEqual([]);
    for (const name of [id, 'gone']) {
      expect(await errorOf(platform.instances.get(caller, name))).toMatchObject({ type: 'NOT_FOUND' });
    }
    expect(await errorOf(platform.instances.delete(caller, id))).toMatchObject({ type: 'NOT_FOUND' });
    const quotas = createQuotas({ tables: database.tables, limits: defaultLimits });
    expect((await quotas.list(tenant))[0]).toMatchObject({ used: 1 });
  });
});

describe('a list', () => {
  it.each([
    ['state RUNNING', { state: 'RUNNING' as const }, ['b']],
    ['state STARTING', { state: 'STARTING' as const }, ['c', 'a']],
    ['a state that is never shown', { state: 'DELETED' as const }, []],
    ['the zone', { nodeId: 'us-east-1a' }, ['c', 'b', 'a']],
    ['another zone', { nodeId: 'us-east-1b' }, []],
    ['a tag', { tag: 'team:blue' }, ['c']],
    ['a tag whose key holds a colon', { tag: 'app:env:prod' }, ['a']],
    ['a tag with an empty value', { tag: 'empty:' }, ['a']],
    ['a tag and a state', { tag: 'team:red', state: 'RUNNING' as const }, ['b']],
    ['a tag that none has', { tag: 'team:green' }, []],
  ])('by %s holds just those', async (_, filters, names) => {
    const caller = newCaller();
    await launch(caller, { name: 'a', tags: { team: 'red', 'app:env': 'prod', empty: '' } });
    const b = await launch(caller, { name: 'b', tags: { team: 'red' } });
    await launch(caller, { name: 'c', tags: { team: 'blue' } });
    await platform.become(caller, b.id, { status: 'RUNNING' });
    const { items } = await platform.instances.list(caller, everything, filters);
    expect(items.map(({ name }) => name)).toEqual(names);
  });
});

describe('the actions of an instance', () => {
  it.each([
    ['q', { q: 'x' }],
    ['sortDir', { sortDir: 'asc' as const }],
    ['page', { page: 2 }],
  ])('refuse %s, which they do not offer', async (path, change) => {
    const caller = newCaller();
    const { id } = await launch(caller);
    const error = await errorOf(
      platform.instances.actions(caller, id, { ...everything, paged: true, ...change }),
    );
    expect(error).toMatchObject({ type: 'INVALID_INPUT', issues: [{ path }] });
  });
});
