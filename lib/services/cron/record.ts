import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type CronJob, CronJobStatus, CronOverlapPolicy, CronRetryPolicy, CronTarget } from './schema.ts';

/** The stored form. When it is due next stands in the work index too, where the ticker finds it. */
export const CronJobRecord = z.object({
  ...reconciledFields,
  status: CronJobStatus,
  schedule: z.string(),
  target_url: z.string(),
  target_method: z.string(),
  target_payload: z.string(),
  target: z.optional(CronTarget),
  overlap_policy: CronOverlapPolicy,
  retry_policy: CronRetryPolicy,
  missed_runs: z.int(),
  skipped_runs: z.int(),
  next_run_at: z.optional(z.string()),
  last_run_at: z.optional(z.string()),
  last_run_id: z.optional(z.string()),
});
export type CronJobRecord = z.infer<typeof CronJobRecord> & Reconciled;

export const cronJobKind: ResourceKind<CronJobRecord> = {
  kind: 'CRON_JOB',
  label: 'cron job',
  schema: CronJobRecord as unknown as ResourceKind<CronJobRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

export const cronJobUsage = { cron_jobs: 1 } as const;

/** The contract's view of a record. */
export const cronJobOf = (record: CronJobRecord): CronJob => ({
  ...record,
  last_run_at: record.last_run_at ?? null,
  next_run_at: record.next_run_at ?? null,
});
