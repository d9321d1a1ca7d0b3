import type { DeleteVolumeRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { incorrectState } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * The volume is `deleting` for a while, in which a second call is no error, and then gone.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVolume.html
 */
export const deleteVolume = defineAction<DeleteVolumeRequest, Record<string, never>>({
  required: ['VolumeId'],
  perform({ VolumeId: id = '' }, call) {
    const volume = getOne(kinds.volume, id, call);
    if (volume.attachment)
      throw new AwsError(
        'VolumeInUse',
        `Volume ${id} is currently attached to ${volume.attachment.instanceId}`,
      );
    if (volume.creatingUntil !== undefined)
      throw incorrectState(`Volume '${id}' is in the 'creating' state.`);
    const deletingUntil = volume.deletingUntil ?? call.now + call.settings.volumeMilliseconds;
    call.volumes.put({ ...volume, deletingUntil });
    return {};
  },
});
