import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/lifecycle/log.ts';
import { isPassing } from '../../platform/lifecycle/settlement.ts';
import type { Called, Controller } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { historyWrite } from './history.ts';
import type { CronJobRecord } from './record.ts';
import { type CronRunRecord, cronRunKind, cronRunOf } from './run-record.ts';
import type { CronRun } from './run-schema.ts';
import type { CronRetryPolicy } from './schema.ts';
import type { CallResult, CallTarget } from './target.ts';

type Run = CronRunRecord;

export interface SeenRun {
  /** Its job, unless that was deleted. */
  job?: CronJobRecord;
  suspended: boolean;
}

export interface CronRunControllerOptions {
  store: Pick<ResourceStore<Run>, 'settle' | 'forget'>;
  jobs: Pick<ResourceStore<CronJobRecord>, 'find'>;
  call: CallTarget;
  isSuspended(tenant: string, signal: AbortSignal): Promise<boolean>;
  clock: Clock;
  log: Pick<Log, 'warn'>;
  random?: () => number;
}

/** Calls without an outcome, as their worker died: so many beyond the policy's are tried. */
const lostCalls = 5;
const longestBackOffSeconds = 3_600;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Milliseconds before the next call: twice as long with each failure, half of it jitter. */
export const backOff = ({ backoff_seconds }: CronRetryPolicy, failed: number, random: number): number => {
  const full = Math.min(longestBackOffSeconds, backoff_seconds * 2 ** (failed - 1)) * 1_000;
  return Math.round(full / 2 + (random * full) / 2);
};

const outcomeOf = ({ statusCode, response, error, milliseconds }: CallResult): Partial<CronRun> => ({
  ...(statusCode !== undefined && { status_code: statusCode }),
  ...(response !== undefined && { response }),
  ...(error !== undefined && { error }),
  duration_ms: milliseconds,
});

/**
 * How a run is made. That a call begins is written down before it, and how it ended afterwards; the record goes with the run's
 * end, in one transaction with its history. What dies in between makes the call again, under the same key.
 */
export const createCronRunController = ({
  store,
  jobs,
  call,
  isSuspended,
  clock,
  log,
  random = Math.random,
}: CronRunControllerOptions): Controller<Run, SeenRun> => {
  const history = (run: Run, shown: Partial<CronRun>) =>
    historyWrite(run.tenant, { ...cronRunOf(run), ...shown }, run.kept_seconds, clock.now());

  const end = async (run: Run, shown: Partial<CronRun>, signal: AbortSignal): Promise<undefined> => {
    const ended = history(run, { ...shown, completed_at: iso(clock.now()) });
    await store.forget(run, {}, [ended], signal);
    return undefined;
  };

  /** What is our own fault is a failed call too: a run must come to its end. */
  const failedCall = (run: Run, error: unknown): CallResult => {
    log.warn('a call could not be made', { tenant: run.tenant, run: run.id, error });
    return { ok: false, error: 'an internal error', mayRetry: true, milliseconds: 0 };
  };

  const attempt = async (
    run: Run,
    job: CronJobRecord,
    signal: AbortSignal,
  ): Promise<Called<Run> | undefined> => {
    const started_at = run.started_at ?? iso(clock.now());
    const begun = await store.settle(run, { set: { begun: run.begun + 1, started_at } }, signal);
    if (!begun) return undefined;
    const result = await call({ job, key: run.id }, signal).catch((error: unknown) => {
      if (signal.aborted || isPassing(error)) throw error;
      return failedCall(run, error);
    });
    const shown = outcomeOf(result);
    if (result.ok) return end(begun, { ...shown, status: 'SUCCESS' }, signal);
    const failed = begun.failed + 1;
    if (!result.mayRetry || failed >= job.retry_policy.max_attempts)
      return end(begun, { ...shown, status: 'FAILED' }, signal);
    return {
      record: begun,
      set: { failed },
      extra: [history(begun, shown)],
      lookAgainMilliseconds: backOff(job.retry_policy, failed, random()),
    };
  };

  const giveUp = (run: Run, error: string) => ({
    do: 'call' as const,
    name: 'EndRun',
    writesRecord: true,
    call: (signal: AbortSignal) => end(run, { status: 'FAILED', error }, signal),
  });

  return {
    kind: cronRunKind.kind,

    async observe(runs, signal) {
      const seen = runs.map(async (run): Promise<[string, SeenRun]> => {
        const [job, suspended] = await Promise.all([
          jobs.find(run.tenant, run.job_id, { signal }),
          isSuspended(run.tenant, signal),
        ]);
        return [run.id, { job, suspended }];
      });
      return new Map(await Promise.all(seen));
    },

    reconcile(run, seen, now) {
      const { job } = seen ?? {};
      if (!job) return giveUp(run, 'the job was deleted');
      if (seen?.suspended) return giveUp(run, 'the tenant is suspended');
      if (run.begun - run.failed > lostCalls) return giveUp(run, 'its calls came to no end');
      const left = run.next_attempt_at ? Date.parse(run.next_attempt_at) - now : 0;
      if (left > 0) return { do: 'wait', milliseconds: left, reason: 'the call before failed' };
      return {
        do: 'call',
        name: 'CallTarget',
        writesRecord: true,
        call: (signal) => attempt(run, job, signal),
      };
    },
  };
};
