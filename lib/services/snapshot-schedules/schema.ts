import * as z from 'zod/mini';
import { VolumeName } from '../volumes/schema.ts';

export const ScheduleStatus = z.enum(['ACTIVE', 'PAUSED', 'ERROR']);
export type ScheduleStatus = z.infer<typeof ScheduleStatus>;

/** Snapshots of one volume, taken again and again; beyond the contract. */
export const SnapshotSchedule = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  volume_id: z.string(),
  status: ScheduleStatus,
  status_reason: z.optional(z.string()),
  enabled: z.boolean(),
  interval_hours: z.int(),
  /** `HH:MM` in UTC at which the first of the runs falls due; absent: one interval after it was set. */
  at: z.optional(z.string()),
  /** How many of its own good snapshots are kept. */
  retain: z.int(),
  last_run_at: z.optional(z.string()),
  /** Absent while paused. */
  next_run_at: z.optional(z.string()),
  last_snapshot_id: z.optional(z.string()),
  /** Why the last run made none. */
  last_error: z.optional(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
});
export type SnapshotSchedule = z.infer<typeof SnapshotSchedule>;

/** One hour to a year. */
const IntervalHours = z.int().check(z.gte(1), z.lte(8_760));
const Retain = z.int().check(z.gte(1), z.lte(100));
const At = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM, in UTC'));

export const CreateSnapshotSchedule = z.object({
  name: VolumeName,
  /** Id or name. */
  volume_id: z.string().check(z.minLength(1), z.maxLength(64)),
  interval_hours: IntervalHours,
  at: z.optional(At),
  retain: z._default(Retain, 7),
  enabled: z._default(z.boolean(), true),
});
export type CreateSnapshotSchedule = z.infer<typeof CreateSnapshotSchedule>;

/** What may change; anything else is refused by name. */
export const UpdateSnapshotSchedule = z
  .strictObject({
    name: z.optional(VolumeName),
    interval_hours: z.optional(IntervalHours),
    /** Null: no longer at a time of the day. */
    at: z.optional(z.nullable(At)),
    retain: z.optional(Retain),
    enabled: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'name, interval_hours, at, retain or enabled must be given',
    ),
  );
export type UpdateSnapshotSchedule = z.infer<typeof UpdateSnapshotSchedule>;
