import type { VolumeType } from '@aws-sdk/client-ec2';
import { invalidParameterValue, invalidValue, missingParameter } from '../rules/errors.ts';
import type { VolumeSize } from '../store/records.ts';

interface TypeRules {
  minGiB: number;
  maxGiB: number;
  /** IOPS when none are asked for. */
  iops?: (sizeGiB: number) => number;
  settableIops?: { min: number; max: number; maxPerGiB: number };
  /** MiB/s. */
  settableThroughput?: { min: number; max: number; standard: number; maxPerIops: number };
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const volumeTypes: Partial<Record<VolumeType, TypeRules>> = {
  gp3: {
    minGiB: 1,
    maxGiB: 65_536,
    iops: () => 3_000,
    settableIops: { min: 3_000, max: 80_000, maxPerGiB: 500 },
    settableThroughput: { min: 125, max: 2_000, standard: 125, maxPerIops: 0.25 },
  },
  gp2: { minGiB: 1, maxGiB: 16_384, iops: (sizeGiB) => Math.min(16_000, Math.max(100, sizeGiB * 3)) },
  io1: { minGiB: 4, maxGiB: 16_384, settableIops: { min: 100, max: 64_000, maxPerGiB: 50 } },
  io2: { minGiB: 4, maxGiB: 65_536, settableIops: { min: 100, max: 256_000, maxPerGiB: 1_000 } },
  st1: { minGiB: 125, maxGiB: 16_384 },
  sc1: { minGiB: 125, maxGiB: 16_384 },
  standard: { minGiB: 1, maxGiB: 1_024 },
};

const checkRange = (value: number, { min, max }: { min: number; max: number }, parameter: string): void => {
  if (!Number.isInteger(value) || value < min || value > max)
    throw invalidValue(value, parameter, `Expecting a value between ${min} and ${max}.`);
};

const resolveIops = ({ type, sizeGiB, iops }: VolumeSize, rules: TypeRules): number | undefined => {
  const { settableIops: settable } = rules;
  const standard = rules.iops?.(sizeGiB);
  if (iops === undefined) {
    if (settable && standard === undefined) throw missingParameter('iops');
    return standard;
  }
  if (!settable) throw invalidValue(iops, 'iops', `The parameter iops is not supported for ${type} volumes.`);
  checkRange(iops, settable, 'iops');
  if (iops > (standard ?? 0) && iops > settable.maxPerGiB * sizeGiB)
    throw invalidParameterValue(
      `Iops to volume size ratio of ${(iops / sizeGiB).toFixed(6)} is too high; maximum is ${settable.maxPerGiB}`,
    );
  return iops;
};

const resolveThroughput = (
  { type, throughput }: VolumeSize,
  iops: number | undefined,
  { settableThroughput: settable }: TypeRules,
): number | undefined => {
  if (throughput === undefined) return settable?.standard;
  if (!settable)
    throw invalidValue(
      throughput,
      'throughput',
      `The parameter throughput is not supported for ${type} volumes.`,
    );
  checkRange(throughput, settable, 'throughput');
  if (throughput > settable.maxPerIops * (iops ?? 0))
    throw invalidParameterValue(
      `Throughput (MiBps) to iops ratio of ${(throughput / (iops ?? 1)).toFixed(6)} is too high; maximum is ${settable.maxPerIops} MiBps per iops.`,
    );
  return throughput;
};

/**
 * A volume's size and speed, with what its type gives when nothing is asked for.
 * @throws InvalidParameterValue, MissingParameter for a type whose IOPS must be given
 */
export const resolveVolumeSize = (asked: VolumeSize, sizeParameter = 'size'): VolumeSize => {
  const rules = volumeTypes[asked.type];
  if (!rules) throw invalidValue(asked.type, 'volumeType', 'Unknown volume type.');
  checkRange(asked.sizeGiB, { min: rules.minGiB, max: rules.maxGiB }, sizeParameter);
  const iops = resolveIops(asked, rules);
  return {
    sizeGiB: asked.sizeGiB,
    type: asked.type,
    iops,
    throughput: resolveThroughput(asked, iops, rules),
  };
};
