import type { Caller } from '../../lib/platform/http/caller.ts';
import { maxItems } from '../../lib/services/batch-jobs/schema.ts';
import type { TestTables } from '../../test/support/tables.ts';
import { openBatch } from '../../test/unit/services/batch-jobs/harness.ts';
import { createCounter, firstPage, newCaller, type UnitFigures } from './figures.ts';

const limits = { instances: 100_000, vcpus: 200_000, batch_jobs: 100 };

/** Items of one look, as many as may be under way by default. */
const looked = 100;

/** What batch jobs take of DynamoDB. The looks are whole: lease, reads, transactions, and the time of the next look. */
export const measureBatchUnits = async (test: TestTables): Promise<UnitFigures[]> => {
  const batch = openBatch(test.tables, { limits });
  const { figures, count } = createCounter(test);
  const callerWithCounters = async (): Promise<Caller> => {
    const caller = newCaller();
    const first = await batch.create(caller, {
      action: 'instance.launch',
      count: 1,
      parameters: { image: 'nginx' },
    });
    await batch.run(caller, first.id);
    return caller;
  };

  const caller = await callerWithCounters();
  const targets = await batch.makeInstances(caller, looked);
  const many = Array.from(
    { length: maxItems },
    (_, index) => targets[0]?.slice(0, -5) + String(10_000 + index),
  );
  await count(`POST /batch/jobs of ${maxItems} targets`, () =>
    batch.create(newCaller(), { action: 'instance.stop', targets: many }),
  );
  const stop = await count(`POST /batch/jobs of ${looked} targets`, () =>
    batch.create(caller, { action: 'instance.stop', targets }),
  );
  await count(`a look that begins ${looked} stops`, () => batch.worker.look(caller, stop.id));
  await count(`a look at ${looked} items that are under way`, () => batch.worker.look(caller, stop.id));
  await batch.settleInstances(caller);
  await count(`a look that writes down the end of ${looked}, and of the job`, () =>
    batch.worker.look(caller, stop.id),
  );
  await count('GET /batch/jobs/:id', () => batch.jobs.get(caller, stop.id));
  await count('GET /batch/jobs/:id/items?page=1 (20)', () =>
    batch.jobs.items(caller, stop.id, firstPage, {}),
  );
  await count('GET /batch/jobs?page=1 (2)', () => batch.jobs.list(caller, firstPage, {}));

  const tag = await batch.create(caller, {
    action: 'instance.tag',
    targets,
    parameters: { set: { team: 'a' } },
  });
  await count(`a look that tags ${looked}, and ends the job`, () => batch.worker.look(caller, tag.id));
  const launch = await batch.create(caller, {
    action: 'instance.launch',
    count: looked,
    parameters: { image: 'nginx' },
  });
  await count(`a look that begins ${looked} launches`, () => batch.worker.look(caller, launch.id));
  return figures;
};
