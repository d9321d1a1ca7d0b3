import * as z from 'zod/mini';

export const activityOutcomes = ['in_progress', 'successful', 'failed', 'cancelled'] as const;
export const ActivityOutcome = z.enum(activityOutcomes);
export type ActivityOutcome = z.infer<typeof ActivityOutcome>;

/** One thing that a group did, or tried to. */
export const Activity = z.object({
  id: z.string(),
  scaling_group_id: z.string(),
  /** Who or what wanted it, and why. */
  cause: z.string(),
  /** Instances before, and those that it was to have afterwards. */
  from: z.int(),
  to: z.int(),
  outcome: ActivityOutcome,
  /** Why it failed, or was cancelled. */
  reason: z.optional(z.string()),
  started_at: z.string(),
  completed_at: z.optional(z.string()),
});
export type Activity = z.infer<typeof Activity>;
