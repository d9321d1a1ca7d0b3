import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Volume, VolumeStatus, VolumeType } from './schema.ts';

/** What EBS is asked for, written down before it is asked: a client token binds to its parameters. */
export const Creation = z.object({
  size_gb: z.int(),
  type: VolumeType,
  iops: z.optional(z.int()),
  throughput: z.optional(z.int()),
  /** EBS's id of the snapshot that it is made of. */
  source: z.optional(z.string()),
});
export type Creation = z.infer<typeof Creation>;

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const VolumeRecord = z.object({
  ...reconciledFields,
  status: VolumeStatus,
  /** As wanted; EBS follows. What the quota counts. */
  size_gb: z.int(),
  type: VolumeType,
  iops: z.optional(z.int()),
  throughput: z.optional(z.int()),
  zone: z.string(),
  /** The instance that it shall be attached to; EBS follows. */
  instance_id: z.optional(z.string()),
  mount_path: z.optional(z.string()),
  device: z.optional(z.string()),
  delete_on_termination: z.optional(z.boolean()),
  snapshot_id: z.optional(z.string()),
  /** Counted at the snapshot as one that it is still needed for. */
  restoring: z.optional(z.boolean()),
  creation: z.optional(Creation),
  /** The EBS volume, once there is one. */
  provider_id: z.optional(z.string()),
  /** When the present step was begun with EBS, RFC 3339. */
  asked_at: z.optional(z.string()),
  /** Why EBS will not do what was asked last; the record says already what is instead. */
  refused: z.optional(z.string()),
  /** What was refused and not asked for again since, in words: of an attachment, and of a change of size, type or speed. */
  refusals: z.optional(z.object({ attach: z.optional(z.string()), change: z.optional(z.string()) })),
  /** Of one that is being deleted: whether its snapshots stay, and whether all else that goes along has gone. */
  keep_snapshots: z.optional(z.boolean()),
  taken_along: z.optional(z.boolean()),
  /** Whether EBS was told to delete it. */
  delete_asked: z.optional(z.boolean()),
});
export type VolumeRecord = z.infer<typeof VolumeRecord> & Reconciled;

export const volumeKind: ResourceKind<VolumeRecord> = {
  kind: 'VOLUME',
  label: 'volume',
  schema: VolumeRecord as unknown as ResourceKind<VolumeRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

/** What a volume takes of its tenant's quotas until EBS says that it is gone. */
export const usageOf = ({ size_gb }: Pick<VolumeRecord, 'size_gb'>) => ({ volumes: 1, volume_gib: size_gb });

/** The client token of the present attempt; at most 64 characters. */
export const clientTokenOf = (record: Pick<VolumeRecord, 'id' | 'attempt'>): string =>
  `${record.id}-${record.attempt}`;

/** Where a volume is attached; absent fields are removed from one that is no longer. */
export const attachmentFields = ['instance_id', 'mount_path', 'device', 'delete_on_termination'] as const;

/** The contract's view of a record. */
export const volumeOf = (record: VolumeRecord): Volume => ({ ...record, encrypted: true });
