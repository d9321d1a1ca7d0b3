import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Key, Tables, Write } from '../../../../lib/platform/table/types.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';
import { Death } from '../volumes/harness.ts';
import { answered, type Cron, minute, openCron } from './harness.ts';

let database: TestTables;
let cron: Cron;

beforeAll(async () => {
  database = await startTables();
  cron = openCron(database.tables);
});
afterAll(() => database?.stop());

/** Begins and makes what is due of a job, with a worker that dies at its write number `at`. @returns how many it got to */
const dying = async (
  caller: ReturnType<typeof newCaller>,
  id: string,
  at: number,
  when: 'before' | 'after',
): Promise<number> => {
  const death = new Death(at, when);
  const worker = cron.startWorker(death.over(database.tables));
  const dead = () => undefined;
  await cron.look(caller, id, worker).catch(dead);
  await cron.makeRuns(caller, worker).catch(dead);
  return death.writes;
};

/** Tables that take so many writes of the record's and no more: whoever works on them has died. */
const deadAfter = (writes: number): Tables => {
  let left = writes;
  const { tables } = database;
  const unlessDead = async <T>(keys: readonly Partial<Key>[], perform: () => Promise<T>): Promise<T> => {
    if (keys.some(({ table }) => table !== 'ephemeral') && left-- <= 0) throw new Error('the worker died');
    if (left < 0) throw new Error('the worker died');
    return perform();
  };
  const keyOf = (write: Write): Key =>
    'put' in write
      ? write.put
      : 'update' in write
        ? write.update
        : 'delete' in write
          ? write.delete
          : write.check;
  return {
    ...tables,
    write: (write, options) => unlessDead([keyOf(write)], () => tables.write(write, options)),
    transact: (all, options) => unlessDead(all.map(keyOf), () => tables.transact(all, options)),
  };
};

/** Leases of the dead end by themselves. */
const leaseMilliseconds = 41_000;

describe.each(['before', 'after'] as const)('a run whose worker dies %s any of its writes', (when) => {
  it('is made, under one key, recorded once, and the job’s next time moves once', async () => {
    let writes = 0;
    for (let at = 1; at === 1 || at <= writes; at++) {
      const caller = newCaller();
      const { id } = await cron.create(caller, { schedule: '@hourly' });
      await cron.look(caller, id);
      const due = (await cron.record(caller, id)).next_run_at ?? '';
      cron.pass(Date.parse(due) - cron.clock.now());
      cron.calls.length = 0;
      writes = Math.max(writes, await dying(caller, id, at, when));
      cron.pass(leaseMilliseconds);
      await cron.look(caller, id);
      await cron.makeRuns(caller);

      const label = `death ${when} write ${at} of ${writes}`;
      const history = await cron.history(caller, id);
      expect(history, label).toHaveLength(1);
      expect(history[0], label).toMatchObject({ status: 'SUCCESS', planned_at: due });
      expect(new Set(cron.calls.map(({ key }) => key)), label).toEqual(new Set([history[0]?.id]));
      expect(cron.calls.length, label).toBeLessThanOrEqual(2);
      expect(await cron.underWay(caller), label).toEqual([]);
      const after = await cron.record(caller, id);
      expect(Date.parse(after.next_run_at ?? '') - Date.parse(due), label).toBe(60 * minute);
      expect(after, label).toMatchObject({ missed_runs: 0, skipped_runs: 0 });
    }
    expect(writes).toBeGreaterThanOrEqual(3);
  });
});

describe('a run', () => {
  it('whose calls never come to an end is given up at last', async () => {
    const caller = newCaller();
    const { id } = await cron.create(caller);
    await cron.look(caller, id);
    cron.pass(minute);
    await cron.look(caller, id);
    cron.calls.length = 0;
    for (let deaths = 0; deaths < 10; deaths++) {
      // The second write is the outcome: the call has been made, and nothing says so.
      await cron.makeRuns(caller, cron.startWorker(deadAfter(1))).catch(() => undefined);
      cron.pass(leaseMilliseconds);
    }
    await cron.makeRuns(caller);
    expect(cron.calls).toHaveLength(6);
    expect((await cron.history(caller, id))[0]).toMatchObject({
      status: 'FAILED',
      error: 'its calls came to no end',
    });
  });

  it('that two workers are sent is called by one of them', async () => {
    const caller = newCaller();
    const { id } = await cron.create(caller);
    await cron.look(caller, id);
    cron.pass(minute);
    await cron.look(caller, id);
    cron.calls.length = 0;
    cron.answerWith(async () => {
      await cron.makeRuns(caller, cron.startWorker());
      return answered();
    });
    await cron.makeRuns(caller);
    expect(cron.calls).toHaveLength(1);
    expect((await cron.history(caller, id))[0]).toMatchObject({ status: 'SUCCESS', attempts: 1 });
  });
});
