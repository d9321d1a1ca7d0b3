import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import {
  type GroupSamples,
  minuteOf,
  readGroupSamples,
  samplesKeptSeconds,
  samplesPartition,
  writeGroupSamples,
} from '../../../../lib/services/metrics/group-samples.ts';
import type { MeteredGroup } from '../../../../lib/services/metrics/metered.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';

const start = Date.UTC(2030, 0, 1, 12);
const at = (minute: number) => start + minute * 60_000;

describe('samples of a group', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const newGroup = (): MeteredGroup => ({ tenant: newId(), group: newId() });
  const samplesOf = (minute: number, samples: GroupSamples['samples']): GroupSamples => ({
    minute: minuteOf(at(minute)),
    samples,
  });
  const write = (group: MeteredGroup, ...all: GroupSamples[]) =>
    writeGroupSamples(
      opened.tables,
      all.map((samples) => ({ group, samples })),
    );
  const read = (group: MeteredGroup, from: number, to: number) =>
    readGroupSamples(opened.tables, group, { from, to });

  it('are read back newest first, from the window alone', async () => {
    const group = newGroup();
    const all = [1, 2, 3, 4].map((minute) => samplesOf(minute, { one: { cpu: minute }, two: { memory: 7 } }));
    await write(group, ...all);
    await write({ ...group, tenant: newId() }, samplesOf(2, { other: { cpu: 99 } }));
    expect(await read(group, at(2), at(4))).toEqual([all[2], all[1]]);
  });

  it.each([
    ['begins within a minute: that minute is not whole', at(1) + 1, at(3), ['12:02']],
    ['ends within a minute: that minute has begun', at(1), at(2) + 1, ['12:02', '12:01']],
    ['is empty', at(2), at(2), []],
    ['lies before all', at(-9), at(1), []],
  ])('are those of a window that %s', async (_, from, to, minutes) => {
    const group = newGroup();
    await write(group, samplesOf(1, {}), samplesOf(2, {}));
    expect((await read(group, from, to)).map(({ minute }) => minute.slice(11, 16))).toEqual(minutes);
  });

  it('are replaced when their minute is written again', async () => {
    const group = newGroup();
    await write(group, samplesOf(1, { one: { cpu: 1 } }));
    await write(group, samplesOf(1, { one: { cpu: 1 }, late: { cpu: 2 } }));
    expect(await read(group, at(1), at(2))).toEqual([samplesOf(1, { one: { cpu: 1 }, late: { cpu: 2 } })]);
  });

  it('say when they may go, in epoch seconds', async () => {
    const group = newGroup();
    await write(group, samplesOf(1, {}));
    const { items } = await opened.tables.queryPage({
      table: 'ephemeral',
      partition: samplesPartition(group),
    });
    expect(items).toMatchObject([
      { sk: '2030-01-01T12:01:00Z', expires_at: at(1) / 1_000 + samplesKeptSeconds },
    ]);
  });

  it.each([
    [5, 1],
    [20, 2],
  ])('of %i instances take %i write units and half a read unit', async (members, writeUnits) => {
    const group = newGroup();
    const samples = Object.fromEntries(
      Array.from({ length: members }, () => [newId(), { cpu: 12.34, memory: 56.78 }]),
    );
    expect(await costOf(opened, () => write(group, samplesOf(1, samples)))).toEqual({
      requests: 1,
      readUnits: 0,
      writeUnits,
    });
    expect(await costOf(opened, () => read(group, at(1), at(2)))).toMatchObject({ readUnits: 0.5 });
  });
});
