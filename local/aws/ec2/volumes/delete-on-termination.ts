import type { InstanceBlockDeviceMappingSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import { missingParameter } from '../rules/errors.ts';
import type { InstanceRecord, InstanceVolume } from '../store/records.ts';

/**
 * Says of attached volumes whether they go with their instance.
 * @throws MissingParameter, InvalidInstanceAttributeValue for a device at which nothing is attached
 */
export const changeDeleteOnTermination = (
  mappings: InstanceBlockDeviceMappingSpecification[],
  instance: InstanceRecord,
  call: Call,
): InstanceVolume[] => {
  const wanted = new Map<string, boolean>();
  for (const { DeviceName: device, Ebs: ebs } of mappings) {
    if (device === undefined || device === '') throw missingParameter('deviceName');
    if (ebs?.DeleteOnTermination === undefined) throw missingParameter('Ebs.DeleteOnTermination');
    const attached = instance.volumes.find(({ deviceName }) => deviceName === device);
    if (!attached || (ebs.VolumeId !== undefined && ebs.VolumeId !== attached.volumeId))
      throw new AwsError('InvalidInstanceAttributeValue', `No device is currently mapped at ${device}`);
    wanted.set(device, ebs.DeleteOnTermination);
  }
  return instance.volumes.map((one) => {
    const deleteOnTermination = wanted.get(one.deviceName);
    if (deleteOnTermination === undefined) return one;
    const volume = call.volumes.find(one.volumeId);
    if (volume?.attachment)
      call.volumes.put({ ...volume, attachment: { ...volume.attachment, deleteOnTermination } });
    return { ...one, deleteOnTermination };
  });
};
