import type { ModifyVolumeRequest, ModifyVolumeResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { incorrectState, invalidParameterValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import type { VolumeRecord, VolumeSize } from '../store/records.ts';
import { modificationView } from '../views/volume-view.ts';
import { checkStorage } from '../volumes/volume-limit.ts';
import { volumeState } from '../volumes/volume-state.ts';
import { resolveVolumeSize } from '../volumes/volume-types.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/modify-volume-requirements.html#elastic-volumes-limitations */
const restMilliseconds = 6 * 3_600_000;

/** @throws IncorrectState, IncorrectModificationState, VolumeModificationRateExceeded */
const checkModifiable = (volume: VolumeRecord, call: Call): void => {
  const state = volumeState(volume);
  if (state !== 'available' && state !== 'in-use')
    throw incorrectState(`Volume '${volume.id}' is in the '${state}' state.`);
  const { modification } = volume;
  if (!modification) return;
  if (modification.state !== 'completed')
    throw new AwsError(
      'IncorrectModificationState',
      `Volume ${volume.id} cannot be modified in modification state ${modification.state.toUpperCase()}`,
    );
  if (call.limits.restingVolumes && call.now < modification.startedAt + restMilliseconds)
    throw new AwsError(
      'VolumeModificationRateExceeded',
      "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.",
    );
};

/** What isn't asked for stays, or is what the new type gives. */
const targetOf = (volume: VolumeRecord, asked: Omit<ModifyVolumeRequest, 'VolumeId'>): VolumeSize => {
  const type = asked.VolumeType ?? volume.type;
  const sizeGiB = asked.Size ?? volume.sizeGiB;
  if (sizeGiB < volume.sizeGiB) throw invalidParameterValue('New size cannot be smaller than existing size');
  const isSettable = type === volume.type && type !== 'gp2';
  return resolveVolumeSize({
    type,
    sizeGiB,
    iops: asked.Iops ?? (isSettable ? volume.iops : undefined),
    throughput: asked.Throughput ?? (isSettable ? volume.throughput : undefined),
  });
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolume.html */
export const modifyVolume = defineAction<ModifyVolumeRequest, ModifyVolumeResult>({
  required: ['VolumeId'],
  optional: ['Iops', 'Size', 'Throughput', 'VolumeType'],
  perform({ VolumeId: id = '', ...asked }, call) {
    const volume = getOne(kinds.volume, id, call);
    if ([asked.Iops, asked.Size, asked.Throughput, asked.VolumeType].every((value) => value === undefined))
      throw invalidParameterValue('At least one of size, volumeType, iops and throughput must be given.');
    const to = targetOf(volume, asked);
    checkModifiable(volume, call);
    const modification = {
      from: {
        sizeGiB: volume.sizeGiB,
        type: volume.type,
        iops: volume.iops,
        throughput: volume.throughput,
      },
      to,
      state: 'modifying' as const,
      startedAt: call.now,
      due: call.now + call.settings.modificationMilliseconds,
    };
    const modified = { ...volume, modification };
    checkStorage(modified, volume, call);
    call.volumes.put(modified);
    return { VolumeModification: modificationView(id, modification) };
  },
});
