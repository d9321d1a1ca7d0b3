import type { DetachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { incorrectState } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import type * as records from '../store/records.ts';
import { attachmentView } from '../views/volume-view.ts';
import { attachmentState, volumeState } from '../volumes/volume-state.ts';

/** @throws IncorrectState when it is attached to nothing, InvalidAttachment.NotFound when to something else */
const attachmentOf = (
  volume: records.VolumeRecord,
  { InstanceId: instanceId, Device: device }: DetachVolumeRequest,
): records.VolumeAttachment => {
  const { attachment } = volume;
  if (!attachment) throw incorrectState(`Volume '${volume.id}' is in the '${volumeState(volume)}' state.`);
  const isOther =
    (instanceId !== undefined && instanceId !== attachment.instanceId) ||
    (device !== undefined && device !== attachment.deviceName);
  if (isOther)
    throw new AwsError(
      'InvalidAttachment.NotFound',
      `The volume '${volume.id}' is not attached to instance '${instanceId ?? attachment.instanceId}' as device '${device ?? attachment.deviceName}'.`,
    );
  return attachment;
};

/** @throws OperationNotPermitted for the root volume of an instance that isn't stopped */
const checkRoot = (
  volumeId: string,
  { deviceName }: records.VolumeAttachment,
  instance: records.InstanceRecord,
): void => {
  if (deviceName === instance.rootDeviceName && instance.state !== 'stopped')
    throw new AwsError(
      'OperationNotPermitted',
      `Unable to detach root volume '${volumeId}' from instance '${instance.id}'`,
    );
};

const detach = (
  volume: records.VolumeRecord,
  attached: records.VolumeAttachment,
  instance: records.InstanceRecord,
  call: Call,
): VolumeAttachment => {
  const moving = { to: 'detached' as const, due: call.now + call.settings.attachmentMilliseconds };
  const attachment = { ...attached, moving };
  call.volumes.put({ ...volume, attachment });
  call.instances.put({
    ...instance,
    volumes: instance.volumes.map((one) =>
      one.volumeId === volume.id ? { ...one, status: 'detaching' } : one,
    ),
  });
  return attachmentView(volume.id, attachment);
};

/**
 * Force asks again while the volume is detaching already.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html
 */
export const detachVolume = defineAction<DetachVolumeRequest, VolumeAttachment>({
  required: ['VolumeId'],
  optional: ['Device', 'Force', 'InstanceId'],
  perform(input, call) {
    const volume = getOne(kinds.volume, input.VolumeId ?? '', call);
    if (input.InstanceId !== undefined) getOne(kinds.instance, input.InstanceId, call);
    const attachment = attachmentOf(volume, input);
    const state = attachmentState(attachment);
    if (state !== 'attached' && !input.Force)
      throw incorrectState(`Volume '${volume.id}' is in the '${state}' state.`);
    const instance = getOne({ ...kinds.instance, usableAtOnce: true }, attachment.instanceId, call);
    checkRoot(volume.id, attachment, instance);
    return detach(volume, attachment, instance, call);
  },
});
