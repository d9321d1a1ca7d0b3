import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityKeys } from '../../../../lib/platform/auth/records.ts';
import { launchesFrom } from '../../../../lib/services/autoscaling/back-off.ts';
import { CreateScheduledAction } from '../../../../lib/services/autoscaling/rule-schema.ts';
import { meteredKey } from '../../../../lib/services/metrics/metered.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { defaultLimits, type Groups, openGroups } from './harness.ts';

let database: TestTables;
let platform: Groups;

beforeAll(async () => {
  database = await startTables();
  platform = openGroups(database.tables);
});
afterAll(() => database?.stop());

const second = 1_000;

describe('launches that fail', () => {
  it('launch as many as a quota has room for, and pause for five minutes after five failures', async () => {
    const small = openGroups(database.tables, { ...defaultLimits, instances: 3 });
    const caller = newCaller();
    const { id } = await small.create(caller, { desired_count: 5 });
    await small.look(caller, id);
    await small.start(caller, id);
    const failures: number[] = [];
    for (let looks = 0; looks < 8; looks++) {
      await small.look(caller, id);
      const { failure_count, next_attempt_at = '' } = await small.get(caller, id);
      failures.push(failure_count);
      small.clock.time = Math.max(small.clock.time, Date.parse(next_attempt_at));
    }
    const record = await small.get(caller, id);
    expect(Object.keys(record.members)).toHaveLength(3);
    expect(failures).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(record.status_reason).toMatch(/5 times in a row: the quota of 3 instances is reached/);
    expect(launchesFrom(record) - Date.parse(record.last_failure_at ?? '')).toBe(300 * second);
    const activities = await small.activities(caller, id);
    expect(activities.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(await small.groups.get(caller, id)).toMatchObject({ failure_count: 8, current_count: 3 });
  });

  it('count an instance that never ran, and forget all failures with one that does', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { desired_count: 1 });
    await platform.look(caller, id);
    const [broken] = await platform.instancesOf(caller, id);
    await platform.become(broken as never, { status: 'ERROR', status_reason: 'no capacity' });
    await platform.look(caller, id);
    const record = await platform.get(caller, id);
    expect(record).toMatchObject({ failure_count: 1 });
    expect(record.status_reason).toContain('no capacity');
    platform.clock.time += 10 * second;
    const settled = await platform.settle(caller, id);
    expect(settled).toMatchObject({ failure_count: 0, status: 'ACTIVE' });
    expect(settled?.last_failure_at).toBeUndefined();
  });
});

describe('a suspended tenant', () => {
  it('has nothing launched or replaced, and is brought back when it is resumed', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.settle(caller, id);
    const { tenant } = caller.principal;
    const become = (status: 'ACTIVE' | 'SUSPENDED') =>
      database.tables.write({ put: { ...identityKeys.user(tenant), status } });
    await become('SUSPENDED');
    const idsOf = async () => Object.keys((await platform.get(caller, id)).members).sort();
    const idsBefore = await idsOf();
    const before = await platform.instancesOf(caller, id);
    for (const instance of before) await platform.become(instance, { status: 'STOPPED' });
    await platform.look(caller, id);
    expect(await platform.get(caller, id)).toMatchObject({ status_reason: 'the tenant is suspended' });
    expect(await idsOf()).toEqual(idsBefore);
    await become('ACTIVE');
    await platform.settle(caller, id);
    const after = await platform.instancesOf(caller, id);
    expect(after.map(({ status }) => status)).toEqual(['RUNNING', 'RUNNING']);
  });

  it('has nothing launched, and others have, where their groups are looked at together', async () => {
    const callers = [newCaller(), newCaller(), newCaller()];
    const made = await Promise.all(
      callers.map(async (caller) => ({ caller, id: (await platform.create(caller)).id })),
    );
    const held = callers[1]?.principal.tenant as string;
    await database.tables.write({ put: { ...identityKeys.user(held), status: 'SUSPENDED' } });
    expect(await platform.lookTogether(made)).toEqual(['waiting', 'converged', 'waiting']);
    const sizes = made.map(
      async ({ caller, id }) => Object.keys((await platform.get(caller, id)).members).length,
    );
    expect(await Promise.all(sizes)).toEqual([2, 0, 2]);
  });
});

describe('protection from scale-in', () => {
  it('keeps an instance, and a group that can not shrink says so until it can', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { desired_count: 2 });
    await platform.settle(caller, id);
    const [oldest = '', newest = ''] = (await platform.members.list(caller, id)).map(
      ({ instance_id }) => instance_id,
    );
    const protect = (one: string, wanted: boolean) =>
      platform.members.protect(caller, id, one, { protected: wanted });
    await protect(oldest, true);
    await protect(newest, true);
    await platform.groups.update(caller, id, { desired_count: 1 });
    const stuck = await platform.settle(caller, id);
    expect(stuck?.status_reason).toBe('1 of its instances are protected from scale-in');
    expect(Object.keys(stuck?.members ?? {})).toHaveLength(2);
    await protect(newest, false);
    await platform.settle(caller, id);
    expect(Object.keys((await platform.get(caller, id)).members)).toEqual([oldest]);
  });
});

describe('scheduled actions', () => {
  it('run when they are due, again and again, and once for all that were missed', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.settle(caller, id);
    const noon = new Date(platform.clock.time).setUTCHours(36, 0, 0, 0);
    const input = { name: 'noon', cron: '0 12 * * *', desired_count: 4 };
    const action = await platform.rules.createScheduledAction(caller, id, CreateScheduledAction.parse(input));
    expect(Date.parse(action.next_run_at)).toBeLessThanOrEqual(noon);
    await platform.settle(caller, id);
    expect(await platform.get(caller, id)).toMatchObject({
      desired_count: 2,
      next_attempt_at: action.next_run_at,
    });
    platform.clock.time = Date.parse(action.next_run_at) + 3 * 86_400 * second;
    await platform.settle(caller, id);
    const record = await platform.get(caller, id);
    expect(record).toMatchObject({ desired_count: 4, next_attempt_at: record.scheduled[0]?.next_run_at });
    expect(Date.parse(record.scheduled[0]?.next_run_at ?? '')).toBeGreaterThan(platform.clock.time);
    const ran = (await platform.activities(caller, id)).filter(({ cause }) => cause.includes('noon'));
    expect(ran).toHaveLength(1);
  });
});

describe('the metering of a group', () => {
  it('begins with its first policy and ends with its last, or with the group', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller);
    await platform.settle(caller, id);
    const { tenant } = caller.principal;
    const metered = () => database.tables.get(meteredKey({ tenant, group: id }), { consistent: true });
    expect(await metered()).toBeUndefined();
    const cpu = await platform.policy(caller, id);
    expect(await metered()).toMatchObject({ memory: false });
    const memory = await platform.policy(caller, id, { name: 'memory', metric_type: 'memory' });
    expect(await metered()).toMatchObject({ memory: true });
    await platform.rules.deletePolicy(caller, memory.id);
    await platform.rules.deletePolicy(caller, cpu.id);
    expect(await metered()).toBeUndefined();
    await expect(platform.rules.deletePolicy(caller, cpu.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await platform.policy(caller, id);
    await platform.groups.delete(caller, id);
    for (let looks = 0; looks < 10 && (await platform.find(caller, id)); looks++)
      await platform.look(caller, id);
    expect(await platform.find(caller, id)).toBeUndefined();
    expect(await metered()).toBeUndefined();
  });
});
