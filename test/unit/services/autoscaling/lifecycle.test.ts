import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { currentCount } from '../../../../lib/services/autoscaling/record.ts';
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

describe('a scaling group', () => {
  it('launches what is wanted, all of it in one transaction with its record', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { desired_count: 3 });
    const { version } = await platform.get(caller, id);
    expect(await platform.look(caller, id)).toBe('waiting');
    expect(await platform.get(caller, id)).toMatchObject({
      version: version + 1,
      status_reason: '3 of its instances are starting',
      next_attempt_at: new Date(platform.clock.now() + 30_000).toISOString(),
    });
    const launched = await platform.instancesOf(caller, id);
    expect(launched).toHaveLength(3);
    for (const instance of launched)
      expect(instance).toMatchObject({
        name: expect.stringMatching(/^web-[0-9a-f]{8}$/),
        image: 'nginx',
        ports: '0:80',
        status: 'STARTING',
        scaling_group_id: id,
        watched_by: { kind: 'SCALING_GROUP', id },
        user_id: caller.principal.user,
      });
    await platform.look(caller, id);
    expect(await platform.instancesOf(caller, id)).toHaveLength(3);

    const record = await platform.settle(caller, id);
    expect(record).toMatchObject({ status: 'ACTIVE', failure_count: 0, open_activities: [] });
    expect(currentCount(record as NonNullable<typeof record>)).toBe(3);
    expect(await platform.activities(caller, id)).toMatchObject([
      { cause: 'the group was created', from: 0, to: 3, outcome: 'successful' },
    ]);
    expect(await platform.look(caller, id)).toBe('converged');
    expect((await platform.get(caller, id)).version).toBe(record?.version);
  });

  it('has what it launches beside a policy measured each minute from its first', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { min_instances: 1, max_instances: 3, desired_count: 1 });
    await platform.settle(caller, id);
    await platform.policy(caller, id);
    await platform.settle(caller, id);
    await platform.measure(caller, id, 90);
    await platform.settle(caller, id);
    const launched = await platform.instancesOf(caller, id);
    expect(new Set(launched.map(({ detailed_monitoring }) => detailed_monitoring))).toEqual(
      new Set([undefined, true]),
    );
  });

  it('grows with a policy while its load is high, and shrinks when it is low', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { min_instances: 2, max_instances: 6 });
    await platform.settle(caller, id);
    await platform.policy(caller, id);
    await platform.settle(caller, id);
    const counts: number[] = [];
    for (const cpu of [90, 90, 90, 90, 90, 10, 10, 10, 10, 10, 10]) {
      await platform.measure(caller, id, cpu);
      const record = await platform.settle(caller, id);
      counts.push(currentCount(record as NonNullable<typeof record>));
    }
    expect(counts).toEqual([3, 4, 5, 6, 6, 5, 4, 3, 2, 2, 2]);
    const activities = await platform.activities(caller, id);
    expect(activities.every(({ outcome }) => outcome === 'successful')).toBe(true);
    expect(activities.map(({ from, to }) => [from, to]).reverse()).toEqual([
      [0, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [5, 6],
      [6, 5],
      [5, 4],
      [4, 3],
      [3, 2],
    ]);
    expect(activities[0]?.cause).toBe('policy cpu: cpu 10.0 % below 50 %');
  });

  it('replaces a member that somebody terminated, stopped, or that failed', async () => {
    const caller = newCaller();
    const { id } = await platform.create(caller, { desired_count: 3 });
    await platform.settle(caller, id);
    const [first, second, third] = await platform.instancesOf(caller, id);
    await platform.networks.instances.delete(caller, first?.id as string, undefined);
    await platform.become(second as never, { status: 'STOPPED' });
    await platform.become(third as never, { status: 'ERROR', status_reason: 'the machine is gone' });
    const record = await platform.settle(caller, id);
    expect(record).toMatchObject({ failure_count: 0 });
    const members = Object.keys((await platform.get(caller, id)).members);
    expect(members).toHaveLength(3);
    expect(members).not.toContain(first?.id);
    expect(members).not.toContain(second?.id);
    expect(members).not.toContain(third?.id);
    for (const lost of [second, third])
      expect(
        (await platform.instances.find(caller.principal.tenant, lost?.id as string, { tombstones: true }))
          ?.deleted_at,
      ).toBeDefined();
    const [replacement] = await platform.activities(caller, id);
    expect(replacement).toMatchObject({ from: 0, to: 3, outcome: 'successful' });
    expect(replacement?.cause).toContain(`instance ${first?.name} was terminated by somebody else`);
    expect(replacement?.cause).toContain('the machine is gone');
  });
});
