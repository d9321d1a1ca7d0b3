import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { resourceKey } from '../../../../lib/platform/table/keys.ts';
import { minuteOf, readGroupSamples } from '../../../../lib/services/metrics/group-samples.ts';
import type { MeteredGroup } from '../../../../lib/services/metrics/metered.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { minute, openMetrics, signal } from './harness.ts';

describe('a collection', () => {
  let opened: TestTables;
  let world: Awaited<ReturnType<typeof openMetrics>>;
  beforeAll(async () => {
    opened = await startTables();
  });
  beforeEach(async () => {
    world = await openMetrics(opened.tables);
  });
  afterAll(() => opened?.stop());

  const collect = (...groups: (MeteredGroup & { memory?: boolean })[]) =>
    world.collect(
      groups.map((group) => ({
        task: 'collect',
        asked_at: world.asked(),
        groups: [{ memory: true, ...group }],
      })),
      signal,
    );
  const newest = async (group: MeteredGroup) =>
    (await readGroupSamples(opened.tables, group, { from: 0, to: world.timers.now() }))[0];
  const detail = async (members: { machineId: string }[]) => {
    await world.monitoring.detail(
      members.map(({ machineId }) => machineId),
      signal,
    );
    world.calls.length = 0;
  };

  it('writes what the group’s instances were busy with, and asks for one look at the group', async () => {
    const { metered, members } = await world.group(3);
    await detail(members);
    for (const [index, { machineId }] of members.entries())
      world.controls.setLoad(machineId, { cpuPercent: 90, ...(index === 0 && { memoryPercent: 40 }) });
    world.timers.advance(4 * minute);
    expect(await collect(metered)).toEqual([
      { fields: { task: 'collect', groups: 1, machines: 3, measured: 1 } },
    ]);
    const found = await newest(metered);
    const last = minuteOf(world.timers.now() - 2 * minute);
    expect(found?.minute).toBe(last);
    expect(Object.keys(found?.samples ?? {}).sort()).toEqual(members.map(({ id }) => id).sort());
    for (const [index, { id }] of members.entries()) {
      const { cpu = 0, memory } = found?.samples[id] ?? {};
      expect(Math.abs(cpu - 90)).toBeLessThan(5);
      expect(memory === undefined).toBe(index !== 0);
    }
    expect(world.looks).toEqual([
      {
        kind: 'SCALING_GROUP',
        tenant: metered.tenant,
        id: metered.group,
        generation: 0,
        event_id: `metrics:${metered.group}:${last}`,
        observed: true,
      },
    ]);
  });

  it('done twice changes nothing', async () => {
    const { metered, members } = await world.group(2);
    await detail(members);
    world.timers.advance(4 * minute);
    await collect(metered);
    const first = await newest(metered);
    await collect(metered, metered);
    expect(await newest(metered)).toEqual(first);
    expect(new Set(world.looks.map(({ event_id }) => event_id)).size).toBe(1);
  });

  it('writes nothing and asks for no look where nothing was measured: unknown is not zero', async () => {
    const { metered } = await world.group(2);
    expect(await collect(metered)).toMatchObject([{ fields: { machines: 2, measured: 0 } }]);
    expect([await newest(metered), world.looks]).toEqual([undefined, []]);
  });

  it.each([
    ['the group is gone', { deleted_at: '2030-01-01T00:00:00Z' }],
    ['its members are on their way out', 'leaving'],
    ['its record makes no sense', { members: 'none' }],
    ['it has no members', { members: {} }],
  ])('asks CloudWatch nothing where %s', async (_, change) => {
    const { metered, members } = await world.group(1);
    const key = resourceKey(metered.tenant, 'SCALING_GROUP', metered.group);
    const leaving = { members: { [members[0]?.id ?? '']: { leaving: { since: '' } } } };
    await opened.tables.write({ put: { ...key, ...(change === 'leaving' ? leaving : (change as object)) } });
    world.timers.advance(9 * minute);
    expect(await collect(metered)).toMatchObject([{ fields: { machines: 0 } }]);
    expect(world.calls).toEqual([]);
  });

  it('leaves out instances that do not run', async () => {
    const { metered, members } = await world.group(2);
    const [first, second] = members;
    for (const member of members)
      await opened.tables.write({
        update: resourceKey(metered.tenant, 'INSTANCE', member.id),
        set: { status: member === first ? 'STOPPED' : 'RUNNING' },
      });
    await detail(members);
    world.timers.advance(4 * minute);
    await collect(metered);
    expect(Object.keys((await newest(metered))?.samples ?? {})).toEqual([second?.id]);
  });

  it('switches detailed monitoring on for those that are measured every five minutes, for no others', async () => {
    const { metered, members } = await world.group(3);
    await detail(members.slice(0, 1));
    world.timers.advance(5 * minute);
    await collect(metered);
    const asked = world.callsOf('MonitorInstances').flatMap(({ input }) => input.InstanceIds as string[]);
    expect(asked.sort()).toEqual(
      members
        .slice(1)
        .map(({ machineId }) => machineId)
        .sort(),
    );
    world.timers.advance(4 * minute);
    world.calls.length = 0;
    await collect(metered);
    expect(world.callsOf('MonitorInstances')).toEqual([]);
    expect(Object.keys((await newest(metered))?.samples ?? {})).toHaveLength(3);
  });

  it('switches it on also where EC2 no longer knows one of them, and goes on where EC2 refuses', async () => {
    const { metered, members } = await world.group(2);
    await opened.tables.write({
      update: resourceKey(metered.tenant, 'INSTANCE', members[0]?.id ?? ''),
      set: { container_id: 'i-0123456789abcdef0' },
    });
    world.refuse('MonitorInstances', 'RequestLimitExceeded');
    expect(await collect(metered)).toMatchObject([{ fields: {} }]);
    expect(world.errors).toEqual(['detailed monitoring could not be switched on']);
    await collect(metered);
    expect(world.controls.loadOf('000000000000', members[1]?.machineId ?? '')?.detailedSince).toBe(
      world.timers.now(),
    );
  });

  it('takes the newest minute in which all were measured', async () => {
    const { metered, members } = await world.group(2);
    await detail(members);
    world.timers.advance(4 * minute);
    const young = await world.instance(metered.tenant, metered.group);
    world.timers.advance(200);
    await detail([young]);
    const all = [...members, young];
    await opened.tables.write({
      update: resourceKey(metered.tenant, 'SCALING_GROUP', metered.group),
      set: { members: Object.fromEntries(all.map(({ id }) => [id, {}])) },
    });
    await collect(metered);
    expect(Object.keys((await newest(metered))?.samples ?? {})).toHaveLength(2);
    world.timers.advance(3 * minute);
    await collect(metered);
    expect(Object.keys((await newest(metered))?.samples ?? {})).toHaveLength(3);
  });

  it('of many groups asks CloudWatch for 500 metrics at a time', async () => {
    const { metered } = await world.group(0);
    const groups = Array.from({ length: 30 }, (_, index) => ({ ...metered, group: `${newId()}${index}` }));
    for (const { tenant, group } of groups) {
      const ids = Array.from({ length: 20 }, newId);
      await opened.tables.writeAll([
        {
          put: {
            ...resourceKey(tenant, 'SCALING_GROUP', group),
            members: Object.fromEntries(ids.map((id) => [id, {}])),
          },
        },
        ...ids.map((id) => ({
          put: { ...resourceKey(tenant, 'INSTANCE', id), status: 'RUNNING', container_id: `i-${id}` },
        })),
      ]);
    }
    const [first, ...rest] = groups;
    await collect({ ...metered, ...first, memory: false }, ...rest);
    const sizes = world
      .callsOf('GetMetricData')
      .map(({ input }) => (input.MetricDataQueries as unknown[]).length);
    expect(sizes).toEqual([500, 500, 180]);
  });

  it('fails the messages alone whose metrics could not be read', async () => {
    const { metered, members } = await world.group(1);
    await detail(members);
    world.timers.advance(4 * minute);
    world.refuse('GetMetricData', 'Throttling');
    const [failed, late] = await world.collect(
      [
        { task: 'collect', asked_at: world.asked(), groups: [{ ...metered, memory: true }] },
        {
          task: 'collect',
          asked_at: new Date(world.timers.now() - 11 * minute).toISOString(),
          groups: [{ ...metered, memory: true }],
        },
      ],
      signal,
    );
    expect(failed).toMatchObject({ error: { failure: 'throttled' } });
    expect(late).toMatchObject({ fields: { overtaken: expect.any(String) } });
    expect([await newest(metered), world.looks]).toEqual([undefined, []]);
    expect(world.callsOf('MonitorInstances')).toEqual([]);
    expect(await collect(metered)).toMatchObject([{ fields: { measured: 1 } }]);
  });

  it('fails the message alone whose group’s look could not be sent', async () => {
    const [one, other] = [await world.group(1), await world.group(1)];
    await detail([...one.members, ...other.members]);
    world.timers.advance(4 * minute);
    world.loseLookAt(one.metered.group);
    expect(await collect(one.metered, other.metered)).toMatchObject([
      { error: { message: 'not sent' } },
      { fields: { measured: 1 } },
    ]);
    expect(world.looks.map(({ id }) => id)).toEqual([other.metered.group]);
  });
});
