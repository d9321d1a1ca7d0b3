import * as z from 'zod/mini';

export const runStatuses = ['RUNNING', 'SUCCESS', 'FAILED'] as const;
export const CronRunStatus = z.enum(runStatuses);
export type CronRunStatus = z.infer<typeof CronRunStatus>;

export const CronRunTrigger = z.enum(['schedule', 'manual']);

/** One run of a job: from the time it fell due to the end of its last call. */
export const CronRun = z.object({
  id: z.string(),
  job_id: z.string(),
  status: CronRunStatus,
  trigger: CronRunTrigger,
  /** When it fell due, or was asked for. */
  planned_at: z.string(),
  /** When its first call began; until then, when the run did. */
  started_at: z.string(),
  completed_at: z.optional(z.string()),
  /** Calls that have begun. */
  attempts: z.int(),
  /** Of the last answer; absent where none came. */
  status_code: z.optional(z.int()),
  /** The beginning of the last answer's body. */
  response: z.optional(z.string()),
  /** Why the last call failed, where no answer says so. */
  error: z.optional(z.string()),
  /** Of the last call. */
  duration_ms: z.optional(z.int()),
});
export type CronRun = z.infer<typeof CronRun>;
