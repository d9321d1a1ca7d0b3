import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type BatchJob, type JobCounts, JobStatus } from './schema.ts';

/**
 * The stored form. Items are begun in the order of their index, so `running + succeeded + failed` of them have been begun and
 * the rest are pending, or cancelled where the job was halted: the counts add up by what they are made of.
 */
export const BatchJobRecord = z.object({
  ...reconciledFields,
  status: JobStatus,
  desired_status: z.optional(JobStatus),

  action: z.string(),
  concurrency: z.int(),
  continue_on_error: z.boolean(),
  retry_of: z.optional(z.string()),
  /** Its owner's zone, where an administrator has set one. */
  home_zone: z.optional(z.string()),

  total: z.int(),
  running: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  /** Nothing new begins, and the job is to end so. */
  halted: z.optional(z.enum(['cancelled', 'failed'])),
  /** Numbers of the chunks that have running items. */
  open_chunks: z.array(z.int()),
  /** When an item last began or ended, RFC 3339: how long to wait before the next look follows from it. */
  progress_at: z.optional(z.string()),
  started_at: z.optional(z.string()),
  completed_at: z.optional(z.string()),
});
export type BatchJobRecord = z.infer<typeof BatchJobRecord> & Reconciled;

export const batchJobKind: ResourceKind<BatchJobRecord> = {
  kind: 'BATCH_JOB',
  label: 'batch job',
  schema: BatchJobRecord as unknown as ResourceKind<BatchJobRecord>['schema'],
  names: 'none',
  reconciled: true,
};

/** What a job takes of its tenant's quotas until it ends. */
export const batchJobUsage = { batch_jobs: 1 } as const;

type Counted = Pick<BatchJobRecord, 'total' | 'running' | 'succeeded' | 'failed' | 'halted'>;

/** How many items have been begun: the index of the next one. */
export const begunOf = ({ running, succeeded, failed }: Counted): number => running + succeeded + failed;

/** How many items are still to begin. */
export const pendingOf = (job: Counted): number => (job.halted ? 0 : job.total - begunOf(job));

export const countsOf = (job: Counted): JobCounts => {
  const { total, running, succeeded, failed } = job;
  const pending = pendingOf(job);
  return { total, pending, running, succeeded, failed, cancelled: total - begunOf(job) - pending };
};

export const isFinished = ({ status }: Pick<BatchJobRecord, 'status'>): boolean =>
  status !== 'pending' && status !== 'running';

export const batchJobOf = (record: BatchJobRecord): BatchJob => ({ ...record, counts: countsOf(record) });
