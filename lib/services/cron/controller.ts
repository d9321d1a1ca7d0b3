import { derivedId } from '../../platform/derived-id.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { keptSecondsFor } from './history.ts';
import { type CronJobRecord, cronJobKind, cronJobUsage } from './record.ts';
import { beginRun, type CronRunRecord } from './run-record.ts';
import { fallenDue } from './schedule/due.ts';
import { parseSchedule } from './schedule/parse.ts';

type Job = CronJobRecord;

/** What keeps a run that is due from being made. */
export interface SeenJob {
  suspended: boolean;
  /** Whether its last run has not ended. */
  running: boolean;
}

export interface CronJobControllerOptions {
  runs: Pick<ResourceStore<CronRunRecord>, 'find'>;
  isSuspended(tenant: string, signal: AbortSignal): Promise<boolean>;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** A message may come a little before its time, queues count in whole seconds: then it is waited for. */
const soonMilliseconds = 1_000;

/** The id of the run of a planned time: whatever begins it twice, it is the same run. */
export const runIdOf = (jobId: string, plannedAt: string): string =>
  derivedId(Date.parse(plannedAt), `${jobId} ${plannedAt}`);

/** The run that is due, the time of the next, and what was missed: one transaction, so that a planned time is used up once. */
const begin = (job: Job, dueAt: string, seen: SeenJob, now: number): Step<Job> => {
  const due = Date.parse(dueAt);
  const { next, missed } = fallenDue(parseSchedule(job.schedule), due, now);
  const isSkipped = seen.running && job.overlap_policy === 'skip';
  const isMade = !seen.suspended && !isSkipped;
  const id = runIdOf(job.id, dueAt);
  const keptSeconds = keptSecondsFor((next ?? Number.POSITIVE_INFINITY) - due);
  const reason = seen.suspended
    ? 'the tenant is suspended'
    : next === undefined
      ? 'it never falls due again'
      : undefined;
  return {
    do: 'converged',
    set: {
      ...(isMade && { last_run_at: iso(now), last_run_id: id }),
      missed_runs: job.missed_runs + missed + (seen.suspended ? 1 : 0),
      skipped_runs: job.skipped_runs + (isSkipped && !seen.suspended ? 1 : 0),
      ...(next !== undefined && { next_run_at: iso(next), next_attempt_at: iso(next) }),
      ...(reason && { status_reason: reason }),
    },
    remove: [
      ...(next === undefined ? ['next_run_at' as const] : []),
      ...(reason ? [] : ['status_reason' as const]),
    ],
    extra: isMade
      ? beginRun(job, { id, trigger: 'schedule', plannedAt: dueAt, keptSeconds }, now).writes
      : [],
  };
};

/**
 * How a job runs: when it is due its run is written down, and the time of the next one with it. The run is a record of its own
 * that the worker is sent; so no target, however slow, holds up what is due.
 */
export const createCronJobController = ({
  runs,
  isSuspended,
}: CronJobControllerOptions): Controller<Job, SeenJob> => ({
  kind: cronJobKind.kind,

  async observe(jobs, signal) {
    const isRunning = async ({ tenant, last_run_id, overlap_policy }: Job): Promise<boolean> => {
      if (overlap_policy === 'allow' || last_run_id === undefined) return false;
      return (await runs.find(tenant, last_run_id, { signal }))?.status === 'RUNNING';
    };
    const seen = jobs.map(async (job): Promise<[string, SeenJob]> => {
      if (job.deleted_at || job.next_run_at === undefined)
        return [job.id, { suspended: false, running: false }];
      const [suspended, running] = await Promise.all([isSuspended(job.tenant, signal), isRunning(job)]);
      return [job.id, { suspended, running }];
    });
    return new Map(await Promise.all(seen));
  },

  reconcile(job, seen = { suspended: false, running: false }, now) {
    if (job.deleted_at) return { do: 'forget', usage: cronJobUsage };
    const { next_run_at: dueAt } = job;
    if (job.status === 'PAUSED' || dueAt === undefined) return { do: 'converged' };
    const left = Date.parse(dueAt) - now;
    if (left <= 0) return begin(job, dueAt, seen, now);
    if (left < soonMilliseconds) return { do: 'wait', milliseconds: left, reason: 'it is about to run' };
    return { do: 'converged', set: { next_attempt_at: dueAt }, remove: ['status_reason'] };
  },
});
