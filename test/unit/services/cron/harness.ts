import { randomUUID } from 'node:crypto';
import { composeCronWorker } from '../../../../lib/app/reconcile-cron.ts';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { newId, timeOf } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { Limits } from '../../../../lib/platform/store/types.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';
import { CreateCronJob } from '../../../../lib/services/cron/schema.ts';
import {
  CronJobs,
  type CronJobsOptions,
  cronJobKind,
  cronRunKind,
} from '../../../../lib/services/cron/service.ts';
import type { Call, CallResult } from '../../../../lib/services/cron/target.ts';

export const minute = 60_000;

/** A whole minute, ahead of the time at which the table server would delete what has expired. */
const start = Date.UTC(2030, 0, 1);

export const answered = (statusCode = 200): CallResult => ({
  ok: statusCode < 400,
  statusCode,
  response: 'done',
  mayRetry: statusCode >= 500,
  milliseconds: 12,
});

/** Cron jobs over real tables, on a clock that stands still, with a target that a test answers for. */
export const openCron = (tables: Tables, limits: Limits = { cron_jobs: 20 }) => {
  let now = start;
  const clock = { now: () => now };
  const calls: Call[] = [];
  let answer: (call: Call) => CallResult | Promise<CallResult> = () => answered();
  const parts = { tables, clock, limits };
  const jobs = createStore(cronJobKind, parts);
  const runs = createStore(cronRunKind, parts);
  const newIdNow = (): string => {
    const id = newId();
    const time = now.toString(16).padStart(12, '0');
    return timeOf(id) === now ? id : `${time.slice(0, 8)}-${time.slice(8)}${id.slice(13)}`;
  };
  const checkTarget: CronJobsOptions['checkTarget'] = async () => undefined;
  const cron = new CronJobs({
    store: jobs,
    runs,
    tables,
    policy: { allowedRanges: [], allowLoopback: false },
    checkTarget,
    clock,
    newId: newIdNow,
  });

  const startWorker = (over: Tables = tables) => {
    const reconciler = composeCronWorker({
      tables: over,
      clock,
      log: { info: () => undefined, warn: () => undefined },
      call: async (call) => {
        calls.push(call);
        return answer(call);
      },
    });
    return async (kind: string, tenant: string, id: string): Promise<string> => {
      const message = { kind, tenant, id, generation: 0, event_id: randomUUID(), observed: true };
      const [result] = await reconciler.handle([message], {
        signal: AbortSignal.timeout(30_000),
        deadline: now + 30_000,
      });
      if (!result || 'error' in result) throw result?.error;
      return result.ending;
    };
  };
  const worker = startWorker();

  const tenantOf = ({ principal: { tenant } }: Caller) => tenant;
  const record = async (caller: Caller, id: string) => {
    const found = await jobs.find(tenantOf(caller), id, { tombstones: true });
    if (!found) throw new Error(`there is no job ${id}`);
    return found;
  };
  const underWay = async (caller: Caller) => (await runs.list(tenantOf(caller))).items;

  return {
    cron,
    jobs,
    runs,
    calls,
    clock,
    startWorker,
    record,
    underWay,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    pass: (milliseconds: number) => {
      now += milliseconds;
    },
    create: (caller: Caller, change: Record<string, unknown> = {}) =>
      cron.create(
        caller,
        CreateCronJob.parse({
          name: `job-${randomUUID().slice(0, 8)}`,
          schedule: '* * * * *',
          target_url: 'https://example.com/hook',
          ...change,
        }),
      ),
    look: (caller: Caller, id: string, look = worker) => look('CRON_JOB', tenantOf(caller), id),
    /** Has each run under way looked at once. */
    makeRuns: async (caller: Caller, look = worker) => {
      for (const { id } of await underWay(caller)) await look('CRON_RUN', tenantOf(caller), id);
    },
    history: async (caller: Caller, id: string) =>
      (
        await cron.listRuns(caller, id, {
          paged: false,
          pageSize: 20,
          sortBy: 'createdAt',
          sortDir: 'desc',
        })
      ).items,
  };
};

export type Cron = ReturnType<typeof openCron>;
