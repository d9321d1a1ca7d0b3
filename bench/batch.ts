import { newId } from '../lib/platform/ids.ts';
import { createStore } from '../lib/platform/store/create-store.ts';
import { createTables } from '../lib/platform/table/tables.ts';
import { type InstanceRecord, instanceKind } from '../lib/services/instances/record.ts';
import { type Account, newAccount } from '../test/support/api-client.ts';
import { createJob, jobEnds } from '../test/support/batch-jobs.ts';
import type { EngineProcess } from '../test/support/engine-process.ts';
import { localClient } from '../test/support/tables.ts';
import { withEngine } from './with-engine.ts';

export interface BatchFigures {
  /** Jobs at once, of a tenant each. A job's slices follow each other, so this bounds the functions that are busy. */
  jobs: number;
  items: number;
  seconds: number;
  itemsPerSecond: number;
}

const together = 45;

/** Instances that run, straight into the table: a tag is written to them and EC2 is told nothing. */
const seedInstances = async (engine: EngineProcess, tenant: string, count: number): Promise<void> => {
  const { endpoints, functions } = engine.description;
  const client = localClient(endpoints.dynamodb);
  const environment = Object.values(functions).find((one) => one.TABLE_NAME && one.EPHEMERAL_TABLE_NAME);
  const tables = createTables({
    client,
    record: environment?.TABLE_NAME ?? '',
    ephemeral: environment?.EPHEMERAL_TABLE_NAME ?? '',
  });
  const store = createStore(instanceKind, { tables });
  const at = new Date().toISOString();
  const caller = {
    requestId: newId(),
    signal: AbortSignal.timeout(60_000),
    viewerAddress: '',
    userAgent: 'bench',
  };
  for (let start = 0; start < count; start += together) {
    const records = Array.from(
      { length: Math.min(together, count - start) },
      (_, index): InstanceRecord => ({
        id: newId(),
        tenant,
        user_id: tenant,
        name: `i-${start + index}`,
        status: 'RUNNING',
        version: 1,
        generation: 1,
        observed_generation: 1,
        attempt: 1,
        failures: 0,
        created_at: at,
        updated_at: at,
        image: 'al2023',
        instance_type: 't3.micro',
        vcpus: 2,
      }),
    );
    await store.createMany(caller, records);
  }
  client.destroy();
};

interface Times {
  started_at: string;
  completed_at: string;
}

/** Items that batch jobs on the engine begin and end in a second, with so many jobs at once. */
export const measureBatch = (atOnce = [1, 4, 8], itemsEach = 500): Promise<BatchFigures[]> =>
  withEngine(async (engine) => {
    const figures: BatchFigures[] = [];
    for (const jobs of atOnce) {
      const accounts: Account[] = [];
      for (let index = 0; index < jobs; index++) {
        const account = await newAccount(engine.url, `batch${jobs}-${index}`);
        await seedInstances(engine, account.id, itemsEach);
        accounts.push(account);
      }
      const input = { action: 'instance.tag', selector: { name: '*' }, parameters: { set: { a: 'b' } } };
      const times = await Promise.all(
        accounts.map(async ({ api }) => {
          const { id } = await createJob(api, input);
          const { counts } = await jobEnds(api, id, 300_000);
          if (counts.succeeded !== itemsEach)
            throw new Error(`job ${id} ended with ${JSON.stringify(counts)}`);
          return (await api.get<Times>(`/batch/jobs/${id}`)).data;
        }),
      );
      const started = Math.min(...times.map(({ started_at }) => Date.parse(started_at)));
      const ended = Math.max(...times.map(({ completed_at }) => Date.parse(completed_at)));
      const [items, seconds] = [jobs * itemsEach, (ended - started) / 1_000];
      figures.push({ jobs, items, seconds, itemsPerSecond: items / seconds });
    }
    return figures;
  });
