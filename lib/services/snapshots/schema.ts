import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { parseId } from '../../platform/ids.ts';
import { SizeGib, VolumeName, VolumeType } from '../volumes/schema.ts';

/** Contract section 4. */
export const snapshotStatuses = ['CREATING', 'AVAILABLE', 'DELETING', 'ERROR'] as const;
export const SnapshotStatus = z.enum(snapshotStatuses);
export type SnapshotStatus = z.infer<typeof SnapshotStatus>;

/** A copy of a volume as it was at one moment. */
export const Snapshot = z.object({
  id: z.string(),
  user_id: z.string(),
  volume_id: z.string(),
  /** As the volume was called then. */
  volume_name: z.string(),
  /** GiB of the volume. */
  size_gb: z.int(),
  status: SnapshotStatus,
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  description: z.optional(z.string()),
  /** How much is copied, for example `40%`. */
  progress: z.optional(z.string()),
  /** The schedule that made it. */
  schedule_id: z.optional(z.string()),
  /** The EBS snapshot, once there is one. */
  provider_id: z.optional(z.string()),
  created_at: z.string(),
});
export type Snapshot = z.infer<typeof Snapshot>;

const VolumeId = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const id = parseId(text);
    if (id) return id;
    context.issues.push({ code: 'custom', message: 'must be a UUID', input: text });
    return z.NEVER;
  }),
);

export const CreateSnapshot = z.object({
  volume_id: VolumeId,
  /** Up to 255 characters, as EBS takes them. */
  description: z.nullish(z.string().check(z.maxLength(255))),
});
export type CreateSnapshot = z.infer<typeof CreateSnapshot>;

export const RestoreSnapshot = z.object({
  new_volume_name: VolumeName,
  /** At least the snapshot's; absent: the same. */
  size_gb: z.optional(SizeGib),
  /** The caller's home zone where none is named. */
  availability_zone: z.nullish(z.string().check(z.maxLength(64))),
  type: z.optional(VolumeType),
  iops: z.optional(z.int().check(z.gte(1))),
  throughput: z.optional(z.int().check(z.gte(1))),
});
export type RestoreSnapshot = z.infer<typeof RestoreSnapshot>;

export const SnapshotFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(SnapshotStatus)),
  /** Of one volume. */
  volume_id: z.optional(VolumeId),
});
export type SnapshotFilters = z.infer<typeof SnapshotFilters>;
