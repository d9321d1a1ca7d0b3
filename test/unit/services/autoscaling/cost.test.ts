import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { type Groups, openGroups } from './harness.ts';

let database: TestTables;
let platform: Groups;

beforeAll(async () => {
  database = await startTables();
  platform = openGroups(database.tables);
});
afterAll(() => database?.stop());

/** A group of five with a policy, that rests. */
const measuredGroup = async () => {
  const caller = newCaller();
  const { id } = await platform.create(caller, { desired_count: 5 });
  await platform.settle(caller, id);
  await platform.policy(caller, id);
  await platform.settle(caller, id);
  return { caller, id };
};

/** What docs/autoscaling.md and docs/cost.md say. */
describe('what a group costs', () => {
  it('an evaluation that changes nothing: two reads for a batch, no write', async () => {
    const { caller, id } = await measuredGroup();
    await platform.measure(caller, id, 45);
    const before = await platform.get(caller, id);
    // The writing of the samples is the collector's: it is measured apart.
    const whole = await costOf(database, async () => {
      expect(await platform.measure(caller, id, 45)).toBe('evaluated');
    });
    expect((await platform.get(caller, id)).version).toBe(before.version);
    const reading = await costOf(database, () => platform.get(caller, id));
    expect({ ...whole, readUnits: whole.readUnits - reading.readUnits }).toEqual({
      requests: 4,
      readUnits: 1,
      writeUnits: 1,
    });
  });

  it('a look that finds nothing to do: lease, record, members, samples', async () => {
    const { caller, id } = await measuredGroup();
    const cost = await costOf(database, () => platform.look(caller, id));
    expect(cost.readUnits).toBeLessThanOrEqual(9);
    expect(cost.writeUnits).toBe(2);
  });
});
