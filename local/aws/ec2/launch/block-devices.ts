import type { BlockDeviceMapping, EbsBlockDevice, VolumeType } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { ImageSpec } from '../catalogue/images.ts';
import { invalidValue, missingParameter, unknownParameter } from '../rules/errors.ts';

export interface LaunchVolume {
  deviceName: string;
  sizeGiB: number;
  type: VolumeType;
  iops?: number;
  throughput?: number;
  encrypted: boolean;
  kmsKeyId?: string;
  snapshotId?: string;
  deleteOnTermination: boolean;
}

interface TypeRules {
  minGiB: number;
  maxGiB: number;
  /** IOPS when none are asked for. */
  iops?: (sizeGiB: number) => number;
  settableIops?: { min: number; max: number };
  /** MiB/s. */
  settableThroughput?: { min: number; max: number; standard: number };
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const volumeTypes: Partial<Record<VolumeType, TypeRules>> = {
  gp3: {
    minGiB: 1,
    maxGiB: 65_536,
    iops: () => 3_000,
    settableIops: { min: 3_000, max: 80_000 },
    settableThroughput: { min: 125, max: 2_000, standard: 125 },
  },
  gp2: { minGiB: 1, maxGiB: 16_384, iops: (sizeGiB) => Math.min(16_000, Math.max(100, sizeGiB * 3)) },
  io1: { minGiB: 4, maxGiB: 16_384, settableIops: { min: 100, max: 64_000 } },
  io2: { minGiB: 4, maxGiB: 65_536, settableIops: { min: 100, max: 256_000 } },
  st1: { minGiB: 125, maxGiB: 16_384 },
  sc1: { minGiB: 125, maxGiB: 16_384 },
  standard: { minGiB: 1, maxGiB: 1_024 },
};

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

const checkRange = (value: number, { min, max }: { min: number; max: number }, parameter: string): void => {
  if (!Number.isInteger(value) || value < min || value > max)
    throw invalidValue(value, parameter, `Expecting a value between ${min} and ${max}.`);
};

const resolveVolume = (
  deviceName: string,
  ebs: EbsBlockDevice,
  from: { sizeGiB: number; snapshotId: string } | undefined,
): LaunchVolume => {
  for (const [name, value] of Object.entries(ebs))
    if (value !== undefined && !ebsParameters.has(name))
      throw unknownParameter(`BlockDeviceMapping.Ebs.${name}`);
  const type = ebs.VolumeType ?? (from ? 'gp3' : 'gp2');
  const rules = volumeTypes[type];
  if (!rules) throw invalidValue(type, 'volumeType', 'Unknown volume type.');
  if (ebs.SnapshotId !== undefined && ebs.SnapshotId !== from?.snapshotId)
    throw new AwsError('InvalidSnapshot.NotFound', `The snapshot '${ebs.SnapshotId}' does not exist.`);
  const sizeGiB = ebs.VolumeSize ?? from?.sizeGiB;
  if (sizeGiB === undefined) throw missingParameter('size/snapshot');
  if (from && sizeGiB < from.sizeGiB)
    throw new AwsError(
      'InvalidBlockDeviceMapping',
      `Volume of size ${sizeGiB}GB is smaller than snapshot '${from.snapshotId}', expect size >= ${from.sizeGiB}GB`,
    );
  checkRange(sizeGiB, { min: rules.minGiB, max: rules.maxGiB }, 'volumeSize');
  if (ebs.Iops !== undefined) {
    if (!rules.settableIops)
      throw invalidValue(ebs.Iops, 'iops', `The parameter iops is not supported for ${type} volumes.`);
    checkRange(ebs.Iops, rules.settableIops, 'iops');
  } else if (rules.settableIops && !rules.iops) throw missingParameter('iops');
  if (ebs.Throughput !== undefined) {
    if (!rules.settableThroughput)
      throw invalidValue(
        ebs.Throughput,
        'throughput',
        `The parameter throughput is not supported for ${type} volumes.`,
      );
    checkRange(ebs.Throughput, rules.settableThroughput, 'throughput');
  }
  if (ebs.KmsKeyId !== undefined && ebs.Encrypted !== true)
    throw new AwsError(
      'InvalidParameterDependency',
      'The parameter KmsKeyId requires the parameter Encrypted to be set.',
    );
  return {
    deviceName,
    sizeGiB,
    type,
    iops: ebs.Iops ?? rules.iops?.(sizeGiB),
    throughput: ebs.Throughput ?? rules.settableThroughput?.standard,
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
