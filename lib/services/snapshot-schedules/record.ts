import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { ScheduleStatus, type SnapshotSchedule } from './schema.ts';

/** The stored form. The lifecycle engine's own fields are described at `Reconciled`. */
export const ScheduleRecord = z.object({
  ...reconciledFields,
  status: ScheduleStatus,
  volume_id: z.string(),
  interval_hours: z.int(),
  at: z.optional(z.string()),
  retain: z.int(),
  /** When its times are counted from, RFC 3339: one of them, and the first. */
  anchor: z.string(),
  next_run_at: z.optional(z.string()),
  /** When the run under way was begun, RFC 3339: its snapshot's id is made of it, so that no run makes two. */
  run_at: z.optional(z.string()),
  /** Until when a snapshot that should go is left alone, for a volume is being restored from it. */
  held_until: z.optional(z.string()),
  last_run_at: z.optional(z.string()),
  last_snapshot_id: z.optional(z.string()),
  last_error: z.optional(z.string()),
});
export type ScheduleRecord = z.infer<typeof ScheduleRecord> & Reconciled;

export const scheduleKind: ResourceKind<ScheduleRecord> = {
  kind: 'SNAPSHOT_SCHEDULE',
  label: 'snapshot schedule',
  schema: ScheduleRecord as unknown as ResourceKind<ScheduleRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

export const scheduleUsage = { snapshot_schedules: 1 } as const;

export const scheduleOf = (record: ScheduleRecord): SnapshotSchedule => ({
  ...record,
  enabled: record.status !== 'PAUSED',
});
