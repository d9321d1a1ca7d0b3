import type { CreateSnapshotRequest, Snapshot } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { incorrectState, invalidValue } from '../rules/errors.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import { checkSnapshotLimits } from '../snapshots/snapshot-limits.ts';
import { snapshotView } from '../views/snapshot-view.ts';
import { volumeState } from '../volumes/volume-state.ts';

const maxDescriptionLength = 255;

/**
 * Has no client token: the same call twice makes two snapshots.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSnapshot.html
 */
export const createSnapshot = defineAction<CreateSnapshotRequest, Snapshot>({
  required: ['VolumeId'],
  optional: ['Description', 'TagSpecifications'],
  perform({ VolumeId: volumeId = '', Description: description = '', ...input }, call) {
    const { snapshot: tags = {} } = parseTagSpecifications(input.TagSpecifications, 'snapshot');
    if (description.length > maxDescriptionLength)
      throw invalidValue(
        description,
        'description',
        `At most ${maxDescriptionLength} characters are allowed.`,
      );
    const volume = getOne(kinds.volume, volumeId, call);
    const state = volumeState(volume);
    if (state !== 'available' && state !== 'in-use')
      throw incorrectState(`Volume '${volumeId}' is in the '${state}' state.`);
    checkSnapshotLimits(volume, call);
    call.volumes.put({ ...volume, snapshottedAt: call.now });
    const snapshot = call.snapshots.put({
      id: newId('snap'),
      volumeId,
      sizeGiB: volume.sizeGiB,
      description,
      encrypted: volume.encrypted,
      kmsKeyId: volume.kmsKeyId,
      pendingUntil: call.now + call.settings.snapshotMilliseconds,
      tags,
      createdAt: call.now,
      visibleAt: call.visibleAt,
    });
    return { ...snapshotView(snapshot, call), Progress: '' };
  },
});
