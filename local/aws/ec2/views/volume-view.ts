import type { Volume, VolumeAttachment, VolumeModification } from '@aws-sdk/client-ec2';
import { zonesOf } from '../catalogue/zones.ts';
import type { Call } from '../engine/call.ts';
import { toTagList } from '../rules/tags.ts';
import type * as records from '../store/records.ts';
import { attachmentState, volumeState } from '../volumes/volume-state.ts';

export const attachmentView = (volumeId: string, attachment: records.VolumeAttachment): VolumeAttachment => ({
  AttachTime: new Date(attachment.at),
  DeleteOnTermination: attachment.deleteOnTermination,
  Device: attachment.deviceName,
  InstanceId: attachment.instanceId,
  State: attachmentState(attachment),
  VolumeId: volumeId,
});

/** A volume as DescribeVolumes answers it; CreateVolume's answer is of this shape too. */
export const volumeView = (volume: records.VolumeRecord, call: Call): Volume => ({
  VolumeId: volume.id,
  AvailabilityZone: volume.zone,
  AvailabilityZoneId: zonesOf(call.caller.region).find(({ name }) => name === volume.zone)?.id,
  CreateTime: new Date(volume.createdAt),
  Encrypted: volume.encrypted,
  Iops: volume.iops,
  KmsKeyId: volume.kmsKeyId,
  MultiAttachEnabled: false,
  Size: volume.sizeGiB,
  SnapshotId: volume.snapshotId ?? '',
  State: volumeState(volume),
  Throughput: volume.throughput,
  VolumeType: volume.type,
  Tags: toTagList(volume.tags),
  Attachments: volume.attachment ? [attachmentView(volume.id, volume.attachment)] : [],
});

const progress = { modifying: 0, optimizing: 50, completed: 100 };

export const modificationView = (
  volumeId: string,
  { from, to, state, startedAt, endedAt }: records.VolumeModification,
): VolumeModification => ({
  VolumeId: volumeId,
  ModificationState: state,
  OriginalSize: from.sizeGiB,
  OriginalVolumeType: from.type,
  OriginalIops: from.iops,
  OriginalThroughput: from.throughput,
  OriginalMultiAttachEnabled: false,
  TargetSize: to.sizeGiB,
  TargetVolumeType: to.type,
  TargetIops: to.iops,
  TargetThroughput: to.throughput,
  TargetMultiAttachEnabled: false,
  Progress: progress[state],
  StartTime: new Date(startedAt),
  EndTime: endedAt === undefined ? undefined : new Date(endedAt),
});
