import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import { stopMetering } from '../../../../lib/services/metrics/metered.ts';
import { createRelaxer } from '../../../../lib/services/metrics/relaxer.ts';
import { collectTasks, MetricsTask } from '../../../../lib/services/metrics/tasks.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { openMetrics, signal } from './harness.ts';

const asked_at = '2030-01-01T00:00:00.000Z';

describe('messages of a collection', () => {
  it.each([
    ['no group', [], []],
    ['groups whose memory nobody asks for', Array(60).fill(false), [25, 25, 10]],
    ['groups whose memory is asked for', Array(30).fill(true), [12, 12, 6]],
    ['both kinds', [...Array(12).fill(true), false, false], [13, 1]],
  ])('hold as many as one call can answer for: %s', (_, memories, sizes) => {
    const groups = memories.map((memory) => ({ tenant: newId(), group: newId(), memory }));
    const tasks = collectTasks(groups, asked_at);
    expect(tasks.map(({ groups: one }) => one.length)).toEqual(sizes);
    expect(tasks.flatMap(({ groups: one }) => one)).toEqual(groups);
    for (const task of tasks) expect(MetricsTask.parse(JSON.parse(JSON.stringify(task)))).toEqual(task);
  });
});

describe('what the schedules ask for', () => {
  let opened: TestTables;
  let world: Awaited<ReturnType<typeof openMetrics>>;
  beforeAll(async () => {
    opened = await startTables();
  });
  beforeEach(async () => {
    world = await openMetrics(opened.tables);
  });
  afterAll(() => opened?.stop());

  it('a list becomes a collection of every metered group', async () => {
    const made = [await world.group(0), await world.group(0, { memory: false })];
    await world.group(0, { metered: false });
    expect(await world.list(signal)).toEqual({ groups: 2, messages: 1 });
    const [task] = world.sent;
    expect(task).toMatchObject({ task: 'collect', asked_at: world.asked() });
    const groups = task?.task === 'collect' ? task.groups : [];
    expect(new Set(groups)).toEqual(
      new Set(made.map(({ metered }, index) => ({ ...metered, memory: index === 0 }))),
    );
  });

  it('detailed monitoring ends for machines that are in no metered group, of this stage alone', async () => {
    const [kept, ended] = [await world.group(1), await world.group(1)];
    const loner = await world.instance(newId());
    const theirs = await openMetrics(opened.tables, 'other');
    const foreign = await theirs.group(1, { metered: false });
    await theirs.monitoring.detail(
      foreign.members.map(({ machineId }) => machineId),
      signal,
    );
    await world.monitoring.detail(
      [...kept.members, ...ended.members, loner].map(({ machineId }) => machineId),
      signal,
    );
    await opened.tables.transact([stopMetering(ended.metered)]);
    const detailed = async () =>
      (await world.monitoring.detailed(undefined, signal)).machines.map(({ machineId }) => machineId);
    for (const machines of [3, 1]) {
      expect(await world.relax(undefined, signal)).toEqual({ machines, relaxed: machines - 1 });
      expect(await detailed()).toEqual(kept.members.map(({ machineId }) => machineId));
    }
    expect((await theirs.monitoring.detailed(undefined, signal)).machines).toHaveLength(1);
    expect(world.sent).toEqual([]);
  });

  it('each page of monitored machines asks for the next one, once it is done', async () => {
    const sent: MetricsTask[] = [];
    const relaxed: string[] = [];
    const relax = createRelaxer({
      tables: opened.tables,
      monitoring: {
        ...world.monitoring,
        detailed: async (token) => ({
          machines: [{ machineId: `i-${token}`, tenant: newId(), instance: newId() }],
          next: token === 'last' ? undefined : 'last',
        }),
        relax: async (ids) => {
          relaxed.push(...ids);
        },
      },
      queue: {
        send: async (tasks) => {
          sent.push(...tasks);
          return new Map(sent.length > 1 ? [[0, new Error('not sent')]] : []);
        },
      },
    });
    await relax('first', signal);
    expect([relaxed, sent]).toEqual([['i-first'], [{ task: 'relax', token: 'last' }]]);
    expect(MetricsTask.parse(sent[0])).toEqual(sent[0]);
    await relax('last', signal);
    expect(sent).toHaveLength(1);
    await expect(relax('first', signal)).rejects.toThrow('not sent');
  });
});
