import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { type Groups, openGroups } from './harness.ts';

let database: TestTables;
let platform: Groups;

beforeAll(async () => {
  database = await startTables();
  platform = openGroups(database.tables);
});
afterAll(() => database?.stop());

const second = 1_000;

/** A group of running instances behind a balancer that finds them healthy. */
const balanced = async (caller: Caller, change: Record<string, unknown> = {}) => {
  const vpc = await platform.makeVpc(caller);
  const lb = await platform.makeBalancer(caller, vpc.id);
  const group = await platform.create(caller, { vpc_id: vpc.id, load_balancer_id: lb.id, ...change });
  await platform.settle(caller, group.id);
  await platform.balanced(caller, lb.id);
  return { id: group.id, lb: lb.id };
};

const targetsOf = async (caller: Caller, lb: string) => platform.balancers.targets(caller, lb);

describe('a group with a load balancer', () => {
  it('has its running instances as targets, on the first port of their workload', async () => {
    const caller = newCaller();
    const { id, lb } = await balanced(caller, { ports: '9090:0,8081:8080' });
    const members = Object.keys((await platform.get(caller, id)).members);
    const targets = await targetsOf(caller, lb);
    expect(targets.map(({ instance_id }) => instance_id).sort()).toEqual(members.sort());
    for (const target of targets) expect(target).toMatchObject({ port: 8080, weight: 1 });
  });

  it('takes a target out first, and ends its instance when the requests have had their time', async () => {
    const caller = newCaller();
    const { id, lb } = await balanced(caller, { desired_count: 3 });
    await platform.groups.update(caller, id, { desired_count: 2 });
    await platform.look(caller, id);
    expect(await targetsOf(caller, lb)).toHaveLength(2);
    const leaving = async () => {
      const found = Object.entries((await platform.get(caller, id)).members);
      return found.filter(([, { leaving: on }]) => on).map(([one]) => one);
    };
    const [gone] = await leaving();
    const isThere = async () =>
      (await platform.instances.find(caller.principal.tenant, gone as string)) !== undefined;

    // The balancer's own controller has not got to it yet.
    platform.clock.time += 120 * second;
    await platform.look(caller, id);
    expect(await isThere()).toBe(true);

    await platform.balanced(caller, lb);
    await platform.look(caller, id);
    platform.clock.time += 29 * second;
    await platform.look(caller, id);
    expect(await isThere()).toBe(true);
    platform.clock.time += 2 * second;
    await platform.look(caller, id);
    expect(await isThere()).toBe(false);
    expect(await leaving()).toEqual([]);
    expect((await platform.activities(caller, id))[0]).toMatchObject({
      from: 3,
      to: 2,
      outcome: 'successful',
    });
  });

  it('does not wait for ever for a balancer that does not let go', async () => {
    const caller = newCaller();
    const { id } = await balanced(caller, { desired_count: 2 });
    await platform.groups.update(caller, id, { desired_count: 1 });
    await platform.look(caller, id);
    platform.clock.time += 331 * second;
    await platform.look(caller, id);
    expect(Object.keys((await platform.get(caller, id)).members)).toHaveLength(1);
  });

  it('ends at once what serves nobody: the balancer is gone, or was never made', async () => {
    const caller = newCaller();
    const { id, lb } = await balanced(caller, { desired_count: 2 });
    await platform.balancers.delete(caller, lb);
    await platform.groups.update(caller, id, { desired_count: 1 });
    await platform.look(caller, id);
    expect(Object.keys((await platform.get(caller, id)).members)).toHaveLength(1);
  });

  it('replaces a target that is unhealthy after the grace period, and leaves it alone before', async () => {
    const caller = newCaller();
    const { id, lb } = await balanced(caller, { health_grace_sec: 60 });
    const [sick = ''] = Object.keys((await platform.get(caller, id)).members);
    await platform.balanced(caller, lb, (one) => (one === sick ? 'unhealthy' : 'healthy'));
    await platform.look(caller, id);
    expect((await platform.get(caller, id)).members[sick]?.leaving).toBeUndefined();
    expect(await platform.members.list(caller, id)).toContainEqual(
      expect.objectContaining({ instance_id: sick, health: 'UNHEALTHY', lifecycle_state: 'IN_SERVICE' }),
    );

    platform.clock.time = Date.parse((await platform.get(caller, id)).next_attempt_at ?? '');
    await platform.look(caller, id);
    const record = await platform.get(caller, id);
    expect(record.members[sick]?.leaving?.reason).toContain('unhealthy at the load balancer');
    expect(Object.keys(record.members)).toHaveLength(3);
    expect((await platform.activities(caller, id))[0]).toMatchObject({ from: 1, to: 2 });
  });

  it('is told when a target turns unhealthy, as it watches its balancer', async () => {
    const caller = newCaller();
    const { id, lb } = await balanced(caller);
    const watchers = async () => (await platform.balancerOf(caller, lb)).watchers;
    expect(await watchers()).toEqual([{ kind: 'SCALING_GROUP', id }]);
    await platform.groups.delete(caller, id);
    for (let looks = 0; (await platform.find(caller, id)) && looks < 20; looks++) {
      await platform.look(caller, id);
      await platform.balanced(caller, lb);
      platform.clock.time += 31 * second;
    }
    expect(await platform.find(caller, id)).toBeUndefined();
    expect(await watchers()).toEqual([]);
    expect(await targetsOf(caller, lb)).toEqual([]);
  });
});
