import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import { toNewItem } from '../../platform/store/record.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import type { Write } from '../../platform/table/types.ts';
import { historyWrite } from './history.ts';
import type { CronJobRecord } from './record.ts';
import { type CronRun, CronRunTrigger, runStatuses } from './run-schema.ts';

/**
 * A run under way, in the table of record: its being written is what sends it to the worker, and the sweep finds it where that
 * dies. It goes with the end of the run; what is shown of it lies in the history.
 */
export const CronRunRecord = z.object({
  ...reconciledFields,
  /** `ERROR`: our own fault kept it from being brought to its end. */
  status: z.enum([...runStatuses, 'ERROR']),
  job_id: z.string(),
  trigger: CronRunTrigger,
  planned_at: z.string(),
  started_at: z.optional(z.string()),
  /** Calls that were begun, written before each; more than have ended where a worker died. */
  begun: z.int(),
  /** Calls that have failed. */
  failed: z.int(),
  /** How long its history is kept, seconds. */
  kept_seconds: z.int(),
});
export type CronRunRecord = z.infer<typeof CronRunRecord> & Reconciled;

export const cronRunKind: ResourceKind<CronRunRecord> = {
  kind: 'CRON_RUN',
  label: 'run',
  schema: CronRunRecord as unknown as ResourceKind<CronRunRecord>['schema'],
  names: 'none',
  reconciled: true,
};

/** What is shown of a run. */
export const cronRunOf = (run: CronRunRecord): CronRun => ({
  id: run.id,
  job_id: run.job_id,
  status: run.status === 'ERROR' ? 'FAILED' : run.status,
  trigger: run.trigger,
  planned_at: run.planned_at,
  started_at: run.started_at ?? run.created_at,
  attempts: run.begun,
});

export interface NewRun {
  id: string;
  trigger: CronRun['trigger'];
  /** RFC 3339. */
  plannedAt: string;
  keptSeconds: number;
}

/** A new run, and the writes that begin it in the transaction that also changes its job. @param now milliseconds */
export const beginRun = (
  job: CronJobRecord,
  { id, trigger, plannedAt, keptSeconds }: NewRun,
  now: number,
): { run: CronRunRecord; writes: Write[] } => {
  const at = new Date(now).toISOString();
  const run: CronRunRecord = {
    id,
    tenant: job.tenant,
    user_id: job.user_id,
    name: job.name,
    status: 'RUNNING',
    version: 1,
    generation: 1,
    observed_generation: 0,
    attempt: 1,
    failures: 0,
    created_at: at,
    updated_at: at,
    job_id: job.id,
    trigger,
    planned_at: plannedAt,
    begun: 0,
    failed: 0,
    kept_seconds: keptSeconds,
  };
  const shown = cronRunOf(run);
  return {
    run,
    writes: [{ put: toNewItem(cronRunKind, run, at) }, historyWrite(job.tenant, shown, keptSeconds, now)],
  };
};
