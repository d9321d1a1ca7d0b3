import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Snapshot, SnapshotStatus } from './schema.ts';

/** The stored form; `name` is the volume's. The lifecycle engine's own fields are described at `Reconciled`. */
export const SnapshotRecord = z.object({
  ...reconciledFields,
  status: SnapshotStatus,
  volume_id: z.string(),
  size_gb: z.int(),
  description: z.optional(z.string()),
  progress: z.optional(z.string()),
  schedule_id: z.optional(z.string()),
  provider_id: z.optional(z.string()),
  /** When EBS was asked for it, RFC 3339. */
  asked_at: z.optional(z.string()),
  /** Whether EBS was told to delete it. */
  delete_asked: z.optional(z.boolean()),
});
export type SnapshotRecord = z.infer<typeof SnapshotRecord> & Reconciled;

export const snapshotKind: ResourceKind<SnapshotRecord> = {
  kind: 'SNAPSHOT',
  label: 'snapshot',
  schema: SnapshotRecord as unknown as ResourceKind<SnapshotRecord>['schema'],
  names: 'none',
  reconciled: true,
};

export const snapshotUsage = { snapshots: 1 } as const;

/** The contract's view of a record. */
export const snapshotOf = (record: SnapshotRecord): Snapshot => ({ ...record, volume_name: record.name });
