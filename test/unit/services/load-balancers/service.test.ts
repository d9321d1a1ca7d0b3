import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import type { LoadBalancerRecord } from '../../../../lib/services/load-balancers/record.ts';
import { AddTarget } from '../../../../lib/services/load-balancers/schema.ts';
import { balancersIn } from '../../../../lib/services/load-balancers/service.ts';
import { createQuotas } from '../../../../lib/services/quotas/service.ts';
import { vpcUses } from '../../../../lib/services/vpcs/service.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';
import { balancerInput, defaultLimits, openBalancers } from './harness.ts';

let database: TestTables;
let platform: ReturnType<typeof openBalancers>;

beforeAll(async () => {
  database = await startTables();
  platform = openBalancers(database.tables);
});
afterAll(() => database?.stop());

const errorOf = (promise: Promise<unknown>): Promise<CloudError> =>
  promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error) => error,
  );

const create = async (caller: Caller, change: Record<string, unknown> = {}, vpcId?: string) => {
  const vpc = vpcId ?? (await platform.makeVpc(caller)).id;
  return platform.balancers.create(caller, balancerInput(vpc, change));
};

const recordOf = (caller: Caller, id: string) =>
  platform.store.find(caller.principal.tenant, id, { tombstones: true });

const usersOf = async (caller: Caller, vpcId: string) =>
  (await vpcUses.read(database.tables, { tenant: caller.principal.tenant, id: vpcId })).live;

describe('a new load balancer', () => {
  it('is recorded in CREATING, with the defaults of the contract', async () => {
    const caller = newCaller();
    const balancer = await create(caller);
    expect(balancer).toMatchObject({
      user_id: caller.principal.user,
      name: 'web',
      port: 8080,
      algorithm: 'round-robin',
      status: 'CREATING',
      desired_status: 'ACTIVE',
      internal: false,
      health_check: {
        path: '/',
        interval_seconds: 5,
        timeout_seconds: 2,
        healthy_threshold: 2,
        unhealthy_threshold: 2,
      },
      draining_seconds: 30,
      version: 1,
    });
    expect(await platform.balancers.get(caller, balancer.id)).toEqual(balancer);
  });

  it('is counted in at its VPC and its quota, and asks once for subnets to lie in', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    await create(caller, {}, vpc.id);
    await create(caller, {}, vpc.id);
    expect(await usersOf(caller, vpc.id)).toBe(2);
    expect(await platform.vpcs.get(caller.principal.tenant, vpc.id)).toMatchObject({
      balancer_network_wanted: true,
      generation: vpc.generation + 1,
    });
    const quotas = await createQuotas({ tables: database.tables, limits: defaultLimits }).list(
      caller.principal.tenant,
    );
    expect(quotas).toEqual([{ resource: 'load_balancers', used: 2, limit: 5 }]);
  });

  it('shows the idempotency key that it was made with', async () => {
    const caller = newCaller();
    const idempotency = {
      given: 'key-1',
      record: (answer: unknown) => ({
        put: { table: 'ephemeral' as const, pk: randomUUID(), sk: 'ANSWER', answer, expires_at: 1 },
      }),
    };
    const vpc = await platform.makeVpc(caller);
    const balancer = await platform.balancers.create({ ...caller, idempotency }, balancerInput(vpc.id));
    expect(balancer.idempotency_key).toBe('key-1');
  });

  it('costs two round trips, the VPC’s read and one transaction', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    await create(caller, {}, vpc.id);
    const { requests, writeUnits } = await costOf(database, () => create(caller, {}, vpc.id));
    expect(requests).toBe(2);
    expect(writeUnits).toBeLessThanOrEqual(10);
  });

  it('beside twenty others at once in one VPC: all are made, or refused by the quota', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => create(caller, {}, vpc.id)));
    const made = all.filter(({ status }) => status === 'fulfilled');
    const types = all.flatMap((one) => (one.status === 'rejected' ? [one.reason.type] : []));
    expect([made.length, new Set(types)]).toEqual([5, new Set(['RESOURCE_LIMIT_EXCEEDED'])]);
    expect(await usersOf(caller, vpc.id)).toBe(5);
  });

  it('in an unknown VPC, or another tenant’s, is refused and leaves nothing', async () => {
    const caller = newCaller();
    const theirs = await platform.makeVpc(newCaller());
    for (const vpcId of [newId(), theirs.id])
      expect(await errorOf(create(caller, {}, vpcId))).toMatchObject({
        type: 'NOT_FOUND',
        message: 'vpc not found',
      });
    expect((await platform.balancers.list(caller, everything, {})).items).toEqual([]);
  });

  it('in a VPC that is being deleted is refused', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    await database.tables.write(vpcUses.close(vpc, () => new Error('in use')));
    expect(await errorOf(create(caller, {}, vpc.id))).toMatchObject({ type: 'NOT_FOUND' });
  });

  it('whose check may last until the next is refused', async () => {
    const caller = newCaller();
    const health_check = { timeout_seconds: 5 };
    expect(await errorOf(create(caller, { health_check }))).toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'health_check.timeout_seconds' }],
    });
  });
});

describe('lists', () => {
  it('are newest first, filtered by state, and hold nobody else’s', async () => {
    const caller = newCaller();
    const a = await create(caller, { name: 'a' });
    const b = await create(caller, { name: 'b' });
    await create(newCaller());
    const ids = async (filters: object) =>
      (await platform.balancers.list(caller, everything, filters)).items.map(({ id }) => id);
    expect(await ids({})).toEqual([b.id, a.id]);
    expect([await ids({ state: 'CREATING' }), await ids({ state: 'ACTIVE' })]).toEqual([[b.id, a.id], []]);
  });

  it('of what is in a VPC name it', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    await create(caller, { name: 'front' }, vpc.id);
    await create(caller, { name: 'other' });
    expect(await balancersIn(platform.store)(vpc, caller.signal)).toEqual(['load balancer front']);
  });
});

describe('a change', () => {
  it('of settings is a new intent, and what is not given stays', async () => {
    const caller = newCaller();
    const { id } = await create(caller, { health_check: { path: '/a', interval_seconds: 10 } });
    const certificate_arn = 'arn:aws:acm:us-east-1:000000000000:certificate/abc';
    const after = await platform.balancers.update(caller, id, {
      name: 'new',
      algorithm: 'least-conn',
      certificate_arn,
      health_check: { timeout_seconds: 9 },
    });
    expect(after).toMatchObject({
      name: 'new',
      algorithm: 'least-conn',
      certificate_arn,
      draining_seconds: 30,
      health_check: { path: '/a', interval_seconds: 10, timeout_seconds: 9 },
    });
    expect(await recordOf(caller, id)).toMatchObject({ generation: 2, event: { action: 'update' } });
    const bare = await platform.balancers.update(caller, id, { certificate_arn: null });
    expect(bare).not.toHaveProperty('certificate_arn');
  });

  it('that makes checks last longer than the time between them is refused and changes nothing', async () => {
    const caller = newCaller();
    const { id } = await create(caller);
    const before = await recordOf(caller, id);
    const change = { health_check: { timeout_seconds: 60 } };
    expect(await errorOf(platform.balancers.update(caller, id, change))).toMatchObject({
      type: 'INVALID_INPUT',
    });
    expect(await recordOf(caller, id)).toEqual(before);
  });
});

describe('a delete', () => {
  it('hides it at once, keeps its quota, and no longer keeps its VPC', async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    const { id } = await create(caller, {}, vpc.id);
    expect(await platform.balancers.delete(caller, id)).toEqual({ message: expect.any(String) });
    expect(await errorOf(platform.balancers.get(caller, id))).toMatchObject({ type: 'LB_NOT_FOUND' });
    expect(await errorOf(platform.balancers.delete(caller, id))).toMatchObject({ type: 'LB_NOT_FOUND' });
    expect((await platform.balancers.list(caller, everything, {})).items).toEqual([]);
    expect(await usersOf(caller, vpc.id)).toBe(0);
    expect(await recordOf(caller, id)).toMatchObject({ deleted_at: expect.any(String) });
  });

  it('by somebody else finds nothing', async () => {
    const { id } = await create(newCaller());
    expect(await errorOf(platform.balancers.delete(newCaller(), id))).toMatchObject({
      type: 'LB_NOT_FOUND',
      message: 'load balancer not found',
    });
  });
});

describe('a target', () => {
  const scene = async () => {
    const caller = newCaller();
    const vpc = await platform.makeVpc(caller);
    const { id } = await create(caller, {}, vpc.id);
    const add = (instance_id: string, change: Record<string, unknown> = {}) =>
      platform.balancers.addTarget(caller, id, AddTarget.parse({ instance_id, port: 80, ...change }));
    const instance = async () => (await platform.makeInstance(caller, vpc.id)).id;
    return { caller, vpc, id, add, instance };
  };

  it('begins with unknown health, and with weight 1 where 0 or none is given', async () => {
    const { caller, id, add, instance } = await scene();
    const ids = [await instance(), await instance(), await instance()];
    await add(ids[0] as string);
    await add(ids[1] as string, { weight: 0, port: 8081 });
    await add(ids[2] as string, { weight: 100 });
    expect(await platform.balancers.targets(caller, id)).toEqual(
      [
        [80, 1],
        [8081, 1],
        [80, 100],
      ].map(([port, weight], index) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        lb_id: id,
        instance_id: ids[index],
        port,
        weight,
        health: 'unknown',
      })),
    );
  });

  it('is an instance that the tenant has, in the balancer’s VPC, and is one once', async () => {
    const { caller, add, instance } = await scene();
    const elsewhere = await platform.makeInstance(caller, (await platform.makeVpc(caller)).id);
    const landing = await platform.makeInstance(caller, undefined);
    const stranger = newCaller();
    const theirs = await platform.makeInstance(stranger, (await platform.makeVpc(stranger)).id);
    const one = await instance();
    await add(one);
    for (const [instanceId, type] of [
      [newId(), 'NOT_FOUND'],
      [theirs.id, 'NOT_FOUND'],
      [elsewhere.id, 'LB_CROSS_VPC'],
      [landing.id, 'LB_CROSS_VPC'],
      [one, 'LB_TARGET_EXISTS'],
    ] as const)
      expect(await errorOf(add(instanceId))).toMatchObject({ type });
  });

  it('is one once, also where twenty ask at the same time', async () => {
    const { caller, id, add, instance } = await scene();
    const one = await instance();
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => add(one)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await platform.balancers.targets(caller, id)).toHaveLength(1);
  });

  it('of a sixth weight is refused, and so is a change to one', async () => {
    const { caller, id, add, instance } = await scene();
    for (const weight of [1, 2, 3, 4, 5]) await add(await instance(), { weight });
    const twin = await instance();
    await add(twin, { weight: 5 });
    const sixth = await instance();
    for (const refused of [
      () => add(sixth, { weight: 6 }),
      () => platform.balancers.updateTarget(caller, id, twin, { weight: 6 }),
    ])
      expect(await errorOf(refused())).toMatchObject({ type: 'INVALID_INPUT', issues: [{ path: 'weight' }] });
    expect(await platform.balancers.updateTarget(caller, id, twin, { weight: 1 })).toMatchObject({
      instance_id: twin,
      weight: 1,
    });
  });

  it('beyond a hundred is refused', async () => {
    const { caller, id, add, instance } = await scene();
    const target = { port: 80, weight: 1, health: 'unknown' as const };
    const targets: LoadBalancerRecord['targets'] = Object.fromEntries(
      Array.from({ length: 100 }, () => [newId(), { ...target, id: newId() }]),
    );
    const record = await platform.store.get(caller.principal.tenant, id);
    await platform.store.settle(record, { set: { targets } });
    expect(await errorOf(add(await instance()))).toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
  });

  it('is taken out once', async () => {
    const { caller, id, add, instance } = await scene();
    const one = await instance();
    await add(one);
    await platform.balancers.removeTarget(caller, id, one);
    expect(await platform.balancers.targets(caller, id)).toEqual([]);
    expect(await errorOf(platform.balancers.removeTarget(caller, id, one))).toMatchObject({
      type: 'NOT_FOUND',
      message: 'target not found',
    });
  });

  it('of a balancer that is not there is not found', async () => {
    const { caller, instance } = await scene();
    const stranger = newCaller();
    const input = AddTarget.parse({ instance_id: await instance(), port: 80 });
    for (const refused of [
      () => platform.balancers.addTarget(caller, newId(), input),
      () => platform.balancers.targets(stranger, newId()),
      () => platform.balancers.removeTarget(caller, newId(), newId()),
      () => platform.balancers.updateTarget(caller, newId(), newId(), { weight: 1 }),
    ])
      expect(await errorOf(refused())).toMatchObject({ type: 'LB_NOT_FOUND' });
  });
});
