import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { composeCronWorker } from '../lib/app/reconcile-cron.ts';
import { systemClock } from '../lib/platform/clock.ts';
import { createEgress } from '../lib/platform/egress/egress.ts';
import { newId } from '../lib/platform/ids.ts';
import type { ReconcileMessage } from '../lib/platform/lifecycle/types.ts';
import { createStore } from '../lib/platform/store/create-store.ts';
import { parseResourceKey } from '../lib/platform/table/keys.ts';
import type { Tables } from '../lib/platform/table/types.ts';
import { createSweeper } from '../lib/platform/work/sweeper.ts';
import { type CronJobRecord, cronJobKind, cronRunKind } from '../lib/services/cron/service.ts';
import { createHttpTarget } from '../lib/services/cron/target.http.ts';
import { startTables } from '../test/support/tables.ts';

export interface CronFigures {
  jobs: number;
  tenants: number;
  /** How long each target takes to answer. */
  answerMilliseconds: number;
  /** From the tick that finds all of them due to the last call's beginning, and to the last run's end. */
  lastBegunSeconds: number;
  lastEndedSeconds: number;
  /** Of this process: both looks of each job, its target and the tables' client. */
  cpuMillisecondsPerJob: number;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** As the worker's event source has them. */
const [batchSize, executions] = [10, 50];
const together = 45;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Jobs that have been due for a while, straight into the table. */
const seedJobs = async (tables: Tables, jobs: number, tenants: number, url: string): Promise<void> => {
  const store = createStore(cronJobKind, { tables });
  const due = iso(Date.now() - 10_000);
  const caller = {
    requestId: newId(),
    signal: AbortSignal.timeout(60_000),
    viewerAddress: '',
    userAgent: 'bench',
  };
  const each = jobs / tenants;
  for (let tenant = 0; tenant < tenants; tenant++) {
    const owner = newId();
    const records = Array.from({ length: each }, (_, index): CronJobRecord => {
      const at = iso(Date.now() - 3_600_000);
      return {
        id: newId(),
        tenant: owner,
        user_id: owner,
        name: `job-${index}`,
        status: 'ACTIVE',
        version: 1,
        generation: 1,
        observed_generation: 1,
        attempt: 1,
        failures: 0,
        created_at: at,
        updated_at: at,
        schedule: '@hourly',
        target_url: url,
        target_method: 'POST',
        target_payload: '{}',
        overlap_policy: 'skip',
        retry_policy: { max_attempts: 1, backoff_seconds: 10 },
        missed_runs: 0,
        skipped_runs: 0,
        next_run_at: due,
        next_attempt_at: due,
      };
    });
    for (let start = 0; start < each; start += together)
      await store.createMany(caller, records.slice(start, start + together));
  }
};

/** A server whose answers take their time, and when it was called. */
const startTarget = async (answerMilliseconds: number) => {
  const begun: number[] = [];
  const server = createServer((request, response) => {
    begun.push(performance.now());
    request.resume();
    setTimeout(() => response.end('done'), answerMilliseconds);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { begun, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
};

/**
 * Jobs that are all due at once: the ticker's visit, then as many batches side by side as the event source has executions, all
 * in this one process, against targets on this machine. Runs go to the queue as the table's stream tells of them.
 */
export const measureCron = async ({
  jobs,
  tenants,
  answerMilliseconds,
}: Pick<CronFigures, 'jobs' | 'tenants' | 'answerMilliseconds'>): Promise<CronFigures> => {
  const [test, target] = await Promise.all([startTables(), startTarget(answerMilliseconds)]);
  try {
    await seedJobs(test.tables, jobs, tenants, target.url);
    const queue: ReconcileMessage[] = [];
    const tables: Tables = {
      ...test.tables,
      transact: async (writes, options) => {
        await test.tables.transact(writes, options);
        for (const write of writes) {
          const ref = 'put' in write ? parseResourceKey(write.put) : undefined;
          if (ref?.kind === cronRunKind.kind) queue.push({ ...ref, generation: 1, event_id: ref.id });
        }
      },
    };
    const worker = composeCronWorker({
      tables,
      clock: systemClock,
      call: createHttpTarget(createEgress({ policy: { allowedRanges: [], allowLoopback: true } })),
      log: silent,
    });
    const visit = createSweeper({
      tables: test.tables,
      queues: {
        [cronJobKind.kind]: {
          send: async (messages) => {
            queue.push(...messages.map(({ message }) => message));
            return new Map();
          },
        },
      },
      clock: systemClock,
      log: silent,
      kinds: [cronJobKind.kind],
      graceMilliseconds: 5_000,
    });
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    let left = await visit();
    left *= 2;
    let ended = startedAt;
    const execution = async (): Promise<void> => {
      while (left > 0) {
        const batch = queue.splice(0, batchSize);
        if (batch.length === 0) {
          await new Promise((resolve) => setTimeout(resolve, 5));
          continue;
        }
        const time = { signal: AbortSignal.timeout(34_000), deadline: Date.now() + 32_000 };
        for (const result of await worker.handle(batch, time)) if ('error' in result) throw result.error;
        left -= batch.length;
        ended = performance.now();
      }
    };
    await Promise.all(Array.from({ length: executions }, execution));
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (time: number) => Math.round((time - startedAt) / 100) / 10;
    return {
      jobs: target.begun.length,
      tenants,
      answerMilliseconds,
      lastBegunSeconds: seconds(Math.max(...target.begun)),
      lastEndedSeconds: seconds(ended),
      cpuMillisecondsPerJob: Math.round((user + system) / 100 / jobs) / 10,
    };
  } finally {
    target.server.closeAllConnections();
    target.server.close();
    await test.stop();
  }
};
