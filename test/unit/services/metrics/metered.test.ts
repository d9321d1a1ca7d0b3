import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../../../lib/platform/ids.ts';
import {
  type MeteredGroup,
  meteredGroups,
  meteredKey,
  meteredShards,
  startMetering,
  stopMetering,
  whichAreMetered,
} from '../../../../lib/services/metrics/metered.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const groupOf = (digit: string): MeteredGroup => ({
  tenant: newId(),
  group: `${newId().slice(0, -1)}${digit}`,
});

describe('metered groups', () => {
  let opened: TestTables;
  beforeAll(async () => {
    opened = await startTables();
  });
  afterAll(() => opened?.stop());

  const all = async () => {
    const shards = Array.from({ length: meteredShards }, (_, shard) => meteredGroups(opened.tables, shard));
    return (await Promise.all(shards)).flat();
  };

  it('are listed from the first policy until the last, however often that is said', async () => {
    const groups = [...'0123456789abcdef'].map(groupOf);
    for (const write of groups.map((group) => startMetering(group))) await opened.tables.transact([write]);
    await opened.tables.transact([startMetering(groups[3] as MeteredGroup)]);
    expect(await all()).toEqual(groups.map((group) => ({ ...group, memory: true })));
    const last = groups.pop() as MeteredGroup;
    for (let twice = 0; twice < 2; twice++) await opened.tables.transact([stopMetering(last)]);
    expect(await all()).toEqual(groups.map((group) => ({ ...group, memory: true })));
    for (const group of groups) await opened.tables.transact([stopMetering(group)]);
  });

  it('say whether anybody needs to know of memory, as was said last', async () => {
    const group = groupOf('a');
    for (const memory of [true, false]) {
      await opened.tables.transact([startMetering(group, { memory })]);
      expect(await all()).toEqual([{ ...group, memory }]);
    }
  });

  it('are told from others', async () => {
    const [metered, other] = [groupOf('1'), groupOf('1')];
    await opened.tables.transact([startMetering(metered)]);
    expect(
      await whichAreMetered(opened.tables, [metered, other, { ...metered, tenant: other.tenant }]),
    ).toEqual(new Set([metered.group]));
  });

  it('lie in sixteen shards', () => {
    const shards = [...'0123456789abcdef'].map((digit) => meteredKey(groupOf(digit)).pk);
    expect(new Set(shards).size).toBe(meteredShards);
  });
});
