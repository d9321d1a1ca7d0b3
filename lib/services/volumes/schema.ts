import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { MountPath } from '../instances/schema.ts';
import { defaultVolumeType, volumeTypeNames } from './volume-types.ts';

/** Contract section 4, and `ERROR` for one that EBS could not make or has lost. */
export const volumeStatuses = ['AVAILABLE', 'IN-USE', 'DELETING', 'ERROR'] as const;
export const VolumeStatus = z.enum(volumeStatuses);
export type VolumeStatus = z.infer<typeof VolumeStatus>;

export const VolumeType = z.enum(volumeTypeNames);

/** A disk of one tenant, as the contract shows it, and what EBS adds. */
export const Volume = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  /** GiB. */
  size_gb: z.int(),
  status: VolumeStatus,
  /** Why it is in `ERROR`, what it waits for, or why the last change did not come about. */
  status_reason: z.optional(z.string()),
  instance_id: z.optional(z.string()),
  mount_path: z.optional(z.string()),
  /** For example `/dev/sdf`; what the machine calls it may differ. */
  device: z.optional(z.string()),
  /** Whether it goes with the instance that it is attached to. */
  delete_on_termination: z.optional(z.boolean()),
  /** The availability zone. */
  zone: z.string(),
  type: VolumeType,
  /** Operations a second, where the type has a number of them. */
  iops: z.optional(z.int()),
  /** MiB/s, where the type has one. */
  throughput: z.optional(z.int()),
  encrypted: z.literal(true),
  /** The snapshot that it was restored from. */
  snapshot_id: z.optional(z.string()),
  /** The EBS volume, once there is one. */
  provider_id: z.optional(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Volume = z.infer<typeof Volume>;

/** Contract 2.4: 3 to 64 characters. It becomes a tag, so it holds no control characters. */
export const VolumeName = z.string().check(
  z.trim(),
  z.minLength(3),
  z.maxLength(64),
  z.refine((name) => !/\p{C}/u.test(name), 'must not hold control characters'),
);

/** Contract 2.4: at most 16,000 GiB, whatever EBS has to offer. */
export const maxSizeGib = 16_000;
export const SizeGib = z.int().check(z.gte(1), z.lte(maxSizeGib));

/** The bounds of each type are checked by `resolveShape`, which knows them all. */
const Iops = z.int().check(z.gte(1), z.lte(1_000_000));
const Throughput = z.int().check(z.gte(1), z.lte(100_000));

const ZoneName = z.string().check(z.maxLength(64));

export const CreateVolume = z.object({
  name: VolumeName,
  size_gb: SizeGib,
  /** The caller's home zone where none is named. */
  availability_zone: z.nullish(ZoneName),
  type: z._default(VolumeType, defaultVolumeType),
  iops: z.optional(Iops),
  throughput: z.optional(Throughput),
});
export type CreateVolume = z.infer<typeof CreateVolume>;

/** What may change; anything else is refused by name. */
export const UpdateVolume = z
  .strictObject({
    name: z.optional(VolumeName),
    size_gb: z.optional(SizeGib),
    type: z.optional(VolumeType),
    iops: z.optional(Iops),
    throughput: z.optional(Throughput),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'name, size_gb, type, iops or throughput must be given',
    ),
  );
export type UpdateVolume = z.infer<typeof UpdateVolume>;

/** The first letters are for the machine's own disks: https://docs.aws.amazon.com/ebs/latest/userguide/device_naming.html */
export const Device = z.string().check(z.regex(/^\/dev\/sd[f-z]$/, 'must be one of /dev/sdf to /dev/sdz'));

export const AttachVolume = z.object({
  /** Id or name. */
  instance_id: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Where a machine that boots with it mounts it; on one that runs it is only written down. */
  mount_path: z.optional(MountPath),
  /** Absent: the first that is free. */
  device: z.optional(Device),
  delete_on_termination: z._default(z.boolean(), false),
});
export type AttachVolume = z.infer<typeof AttachVolume>;

export const VolumeFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(VolumeStatus)),
});
export type VolumeFilters = z.infer<typeof VolumeFilters>;

export const DeleteVolumeQuery = z.object({
  /** Whether its snapshots outlive it. */
  keep_snapshots: z.optional(z.enum(['true', 'false'])),
});
