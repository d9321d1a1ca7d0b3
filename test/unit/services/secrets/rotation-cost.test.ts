import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { type Kms, startKms } from './harness.ts';
import { day, openRotation } from './rotation-harness.ts';

let database: TestTables;
let kms: Kms;

beforeAll(async () => {
  [database, kms] = await Promise.all([startTables(), startKms()]);
});
afterAll(() => Promise.all([database?.stop(), kms?.stop()]));

describe('what a rotation costs', () => {
  it('as docs/cost.md says', async () => {
    const open = openRotation(database.tables, kms);
    const caller = await open.newOwner();
    const { id } = await open.create(caller, { rotation_function_id: await open.newFunction(caller) });
    const rotated = async () => {
      open.clock.ahead += 30 * day;
      kms.calls.length = 0;
      const { readUnits, writeUnits } = await costOf(database, () => open.look(caller, id));
      return { readUnits, writeUnits, keys: kms.calls.length };
    };
    const first = await rotated();
    for (let version = 3; version <= 20; version++) await open.secrets.addVersion(caller, id, 'another');
    expect({ first, withTwenty: await rotated() }).toEqual({
      first: { readUnits: 7, writeUnits: 14, keys: 2 },
      withTwenty: { readUnits: 7, writeUnits: 20, keys: 2 },
    });
  });
});
