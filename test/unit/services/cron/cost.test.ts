import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { type Cron, minute, openCron } from './harness.ts';

let database: TestTables;
let cron: Cron;

beforeAll(async () => {
  database = await startTables();
  cron = openCron(database.tables);
});
afterAll(() => database?.stop());

describe('what cron costs', () => {
  it('as docs/cost.md says', async () => {
    const caller = newCaller();
    await cron.create(caller);
    const units = async (work: () => Promise<unknown>) => {
      const { readUnits, writeUnits } = await costOf(database, work);
      return { readUnits, writeUnits };
    };
    let id = '';
    const created = await units(async () => {
      ({ id } = await cron.create(caller));
    });
    await cron.look(caller, id);
    cron.pass(minute);
    const begun = await units(() => cron.look(caller, id));
    const [run] = await cron.underWay(caller);
    const worker = cron.startWorker();
    const called = await units(() => worker('CRON_RUN', caller.principal.tenant, run?.id ?? ''));
    expect({ created, begun, called }).toEqual({
      created: { readUnits: 0, writeUnits: 9 },
      begun: { readUnits: 3, writeUnits: 12 },
      called: { readUnits: 5, writeUnits: 9 },
    });
  });
});
