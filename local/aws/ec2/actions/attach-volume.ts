import type { AttachVolumeRequest, VolumeAttachment } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { incorrectState, invalidParameterValue, invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import type { InstanceRecord, VolumeRecord } from '../store/records.ts';
import { attachmentView } from '../views/volume-view.ts';
import { volumeState } from '../volumes/volume-state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html */
const deviceName = /^\/dev\/(sd[a-z]([1-9]|1[0-5])?|xvd[a-d]?[a-z])$/;

/** What a Nitro instance takes, its network interface aside: 28 attachments in all.
 *  https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/volume_limits.html */
const maxVolumes = 27;

/** @throws InvalidParameterValue for a name that is none, or that is in use */
const checkDevice = (device: string, instance: InstanceRecord): void => {
  if (!deviceName.test(device))
    throw invalidValue(device, 'device', `${device} is not a valid EBS device name.`);
  if (instance.volumes.some((one) => one.deviceName === device))
    throw invalidParameterValue(
      `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
    );
};

/** @throws VolumeInUse, IncorrectState, InvalidVolume.ZoneMismatch, AttachmentLimitExceeded */
const checkAttachable = (volume: VolumeRecord, instance: InstanceRecord): void => {
  if (instance.state !== 'running' && instance.state !== 'stopped')
    throw incorrectState(`Instance '${instance.id}' is not 'running'.`);
  if (volume.attachment) throw new AwsError('VolumeInUse', `${volume.id} is already attached to an instance`);
  if (volumeState(volume) !== 'available') throw incorrectState(`Volume '${volume.id}' is not 'available'.`);
  if (volume.zone !== instance.zone)
    throw new AwsError(
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  if (instance.volumes.length >= maxVolumes)
    throw new AwsError(
      'AttachmentLimitExceeded',
      `The maximum number of attachments of instance '${instance.id}' has been reached.`,
    );
};

const attach = (
  volume: VolumeRecord,
  instance: InstanceRecord,
  device: string,
  call: Call,
): VolumeAttachment => {
  const attachment = {
    instanceId: instance.id,
    deviceName: device,
    at: call.now,
    deleteOnTermination: false,
    moving: { to: 'attached' as const, due: call.now + call.settings.attachmentMilliseconds },
  };
  call.volumes.put({ ...volume, attachment });
  call.instances.put({
    ...instance,
    volumes: [
      ...instance.volumes,
      {
        deviceName: device,
        volumeId: volume.id,
        deleteOnTermination: false,
        attachedAt: call.now,
        status: 'attaching',
      },
    ],
  });
  return attachmentView(volume.id, attachment);
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVolume.html */
export const attachVolume = defineAction<AttachVolumeRequest, VolumeAttachment>({
  required: ['Device', 'InstanceId', 'VolumeId'],
  perform({ Device: device = '', InstanceId: instanceId = '', VolumeId: volumeId = '' }, call) {
    const volume = getOne(kinds.volume, volumeId, call);
    const instance = getOne(kinds.instance, instanceId, call);
    checkAttachable(volume, instance);
    checkDevice(device, instance);
    return attach(volume, instance, device, call);
  },
});
