import type { BlockDeviceMapping, EbsBlockDevice } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { ImageSpec } from '../catalogue/images.ts';
import { missingParameter, unknownParameter } from '../rules/errors.ts';
import type { VolumeSize } from '../store/records.ts';
import { checkEncryption } from '../volumes/encryption.ts';
import { resolveVolumeSize } from '../volumes/volume-types.ts';

export interface LaunchVolume extends VolumeSize {
  deviceName: string;
  encrypted: boolean;
  kmsKeyId?: string;
  snapshotId?: string;
  deleteOnTermination: boolean;
}

const ebsParameters = new Set([
  'DeleteOnTermination',
  'Encrypted',
  'Iops',
  'KmsKeyId',
  'SnapshotId',
  'Throughput',
  'VolumeSize',
  'VolumeType',
]);

const resolveVolume = (
  deviceName: string,
  ebs: EbsBlockDevice,
  from: { sizeGiB: number; snapshotId: string } | undefined,
): LaunchVolume => {
  for (const [name, value] of Object.entries(ebs))
    if (value !== undefined && !ebsParameters.has(name))
      throw unknownParameter(`BlockDeviceMapping.Ebs.${name}`);
  const type = ebs.VolumeType ?? (from ? 'gp3' : 'gp2');
  if (ebs.SnapshotId !== undefined && ebs.SnapshotId !== from?.snapshotId)
    throw new AwsError('InvalidSnapshot.NotFound', `The snapshot '${ebs.SnapshotId}' does not exist.`);
  const sizeGiB = ebs.VolumeSize ?? from?.sizeGiB;
  if (sizeGiB === undefined) throw missingParameter('size/snapshot');
  if (from && sizeGiB < from.sizeGiB)
    throw new AwsError(
      'InvalidBlockDeviceMapping',
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${from.snapshotId}', expect size >= ${from.sizeGiB}GB`,
    );
  const size = resolveVolumeSize({ sizeGiB, type, iops: ebs.Iops, throughput: ebs.Throughput }, 'volumeSize');
  checkEncryption(ebs.Encrypted, ebs.KmsKeyId);
  return {
    deviceName,
    ...size,
    encrypted: ebs.Encrypted ?? false,
    kmsKeyId: ebs.KmsKeyId,
    snapshotId: from?.snapshotId,
    deleteOnTermination: ebs.DeleteOnTermination ?? true,
  };
};

/**
 * The volumes of a launch, the root volume first; what the request leaves open comes from the image.
 * @throws InvalidBlockDeviceMapping, InvalidParameterValue, MissingParameter, InvalidSnapshot.NotFound
 */
export const resolveBlockDevices = (
  mappings: BlockDeviceMapping[] | undefined,
  image: ImageSpec,
): LaunchVolume[] => {
  const byDevice = new Map<string, EbsBlockDevice>();
  for (const { DeviceName: device, Ebs: ebs } of mappings ?? []) {
    if (device === undefined || device === '') throw missingParameter('deviceName');
    if (!ebs) throw new AwsError('InvalidBlockDeviceMapping', `The device '${device}' has no Ebs settings.`);
    if (byDevice.has(device))
      throw new AwsError(
        'InvalidBlockDeviceMapping',
        `The device '${device}' is used in more than one block-device mapping`,
      );
    byDevice.set(device, ebs);
  }
  const root = resolveVolume(image.rootDeviceName, byDevice.get(image.rootDeviceName) ?? {}, image);
  byDevice.delete(image.rootDeviceName);
  return [root, ...[...byDevice].map(([device, ebs]) => resolveVolume(device, ebs, undefined))];
};
