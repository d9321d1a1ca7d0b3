import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFinished } from '../../../../lib/services/batch-jobs/record.ts';
import { FaultInjector } from '../../../support/faults.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { type Batch, newCaller, openBatch, recount } from './harness.ts';

let database: TestTables;
let batch: Batch;

beforeAll(async () => {
  database = await startTables();
  batch = openBatch(database.tables);
});
afterAll(() => database?.stop());

type Caller = ReturnType<typeof newCaller>;
const order = ['pending', 'running', 'completed'];
const rank = (status: string) => Math.max(order.indexOf(status), isFinished({ status } as never) ? 2 : 0);

/** Counts of job and items agree, the status moved on, and no more is under way than may. */
const check = async (caller: Caller, id: string, before: { status: string; begun: number }) => {
  const job = await batch.find(caller, id);
  const { counts, fromItems } = recount(job, await batch.itemsOf(caller, id));
  expect(fromItems).toEqual(counts);
  expect(counts.running).toBeLessThanOrEqual(job.concurrency);
  expect(rank(job.status)).toBeGreaterThanOrEqual(rank(before.status));
  const begun = counts.running + counts.succeeded + counts.failed;
  expect(begun).toBeGreaterThanOrEqual(before.begun);
  return { status: job.status, begun };
};

describe('a job, whatever happens in whatever order', () => {
  it('has counts that add up at every look, launches what it says and nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 65 }),
        fc.integer({ min: 1, max: 30 }),
        fc.boolean(),
        fc.array(
          fc.constantFrom('look', 'look twice', 'settle', 'settle with errors', 'cancel', 'settle and look'),
          { minLength: 1, maxLength: 8 },
        ),
        async (count, concurrency, continue_on_error, events) => {
          const caller = newCaller();
          const { id } = await batch.create(caller, {
            action: 'instance.launch',
            count,
            concurrency,
            continue_on_error,
            parameters: { image: 'nginx' },
          });
          const others = [batch.newWorker(), batch.newWorker()];
          let before = { status: 'pending', begun: 0 };
          for (const event of events) {
            if (event.startsWith('settle')) {
              let nth = 0;
              await batch.settleInstances(caller, () =>
                event === 'settle with errors' && nth++ % 3 === 0 ? { status: 'ERROR' } : {},
              );
            }
            if (event === 'cancel') await batch.jobs.cancel(caller, id).catch(() => undefined);
            if (event.endsWith('look')) await batch.worker.look(caller, id);
            if (event === 'look twice') await Promise.all(others.map((worker) => worker.look(caller, id)));
            before = await check(caller, id, before);
          }
          const ended = await batch.run(caller, id);
          await check(caller, id, before);
          const targets = (await batch.itemsOf(caller, id)).flatMap(({ target_id }) => target_id ?? []);
          const launched: string[] = [];
          const all = database.tables.query({ partition: `T#${caller.principal.tenant}#INSTANCE` });
          for await (const { sk } of all) launched.push(String(sk));
          expect(launched.sort()).toEqual(targets.sort());
          expect(ended.status).toBe(ended.halted ?? 'completed');
        },
      ),
      { numRuns: 15, endOnFailure: true },
    );
  }, 120_000);
});

describe('a worker that dies', () => {
  it('at any of its writes, before or after the effect, leaves a job that another one ends with each item done once', async () => {
    for (let nth = 1; nth <= 9; nth++) {
      for (const moment of ['before', 'after'] as const) {
        const caller = newCaller();
        const targets = await batch.makeInstances(caller, 30);
        const { id } = await batch.create(caller, { action: 'instance.restart', targets, concurrency: 22 });
        let writes = 0;
        const dies =
          <A extends unknown[], T>(work: (...given: A) => Promise<T>) =>
          async (...given: A): Promise<T> => {
            writes++;
            if (writes > nth || (writes === nth && moment === 'before')) throw new Error('the worker died');
            const done = await work(...given);
            if (writes === nth) throw new Error('the worker died');
            return done;
          };
        const { tables } = database;
        const mortal = batch.newWorker({
          ...tables,
          write: dies(tables.write),
          transact: dies(tables.transact),
        });
        for (let look = 0; look < 4 && writes < nth; look++) {
          await mortal.look(caller, id).catch(() => undefined);
          await batch.settleInstances(caller);
        }
        await database.tables.write({
          delete: { table: 'ephemeral', pk: `LEASE#T#${caller.principal.tenant}#BATCH_JOB`, sk: id },
        });
        const ended = await batch.run(caller, id);
        expect(ended).toMatchObject({ status: 'completed', succeeded: 30, failed: 0 });
        for (const instance of (await batch.plans.many(caller.principal.tenant, targets)).values())
          expect(instance).toMatchObject({ restarts_wanted: 1, generation: 2 });
      }
    }
  }, 120_000);

  it('or a table that answers late, twice or not at all, changes no count', async () => {
    const faults = new FaultInjector(database.client);
    try {
      const caller = newCaller();
      const targets = await batch.makeInstances(caller, 45);
      const { id } = await batch.create(caller, { action: 'instance.stop', targets, concurrency: 25 });
      let nth = 0;
      const kinds = ['throttle', 'timeout-before-effect', 'timeout-after-effect'] as const;
      faults.each((command) => {
        if (++nth % 5 > 0) return undefined;
        return command === 'TransactWriteItemsCommand' ? 'conflict' : kinds[nth % kinds.length];
      });
      const ended = await batch.run(caller, id);
      faults.clear();
      expect(ended).toMatchObject({ status: 'completed', succeeded: 45 });
      const { counts, fromItems } = recount(ended, await batch.itemsOf(caller, id));
      expect(fromItems).toEqual(counts);
    } finally {
      faults.clear();
    }
  }, 120_000);
});
