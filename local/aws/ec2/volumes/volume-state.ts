import type { VolumeAttachmentState, VolumeState } from '@aws-sdk/client-ec2';
import type { VolumeAttachment, VolumeRecord } from '../store/records.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-describing-volumes.html#volume-state */
export const volumeState = (volume: VolumeRecord): VolumeState => {
  if (volume.deletingUntil !== undefined) return 'deleting';
  if (volume.creatingUntil !== undefined) return 'creating';
  return volume.attachment ? 'in-use' : 'available';
};

export const attachmentState = ({ moving }: VolumeAttachment): VolumeAttachmentState => {
  if (!moving) return 'attached';
  return moving.to === 'attached' ? 'attaching' : 'detaching';
};
