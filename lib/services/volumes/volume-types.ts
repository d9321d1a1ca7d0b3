import { invalid } from '../../platform/errors/index.ts';

export const volumeTypeNames = ['gp3', 'gp2', 'io1', 'io2', 'st1', 'sc1', 'standard'] as const;
export type VolumeTypeName = (typeof volumeTypeNames)[number];

export const defaultVolumeType: VolumeTypeName = 'gp3';

/** What a volume is made of: GiB, operations a second, MiB/s. The last two are absent where the type settles them. */
export interface VolumeShape {
  size_gb: number;
  type: VolumeTypeName;
  iops?: number;
  throughput?: number;
}

interface Range {
  min: number;
  max: number;
}

interface TypeRules {
  size: Range;
  /** `standard` where none are asked for; a volume's size limits those above it to `perGib` each. */
  iops?: Range & { standard?: number; perGib: number };
  /** MiB/s; `perIops` for each operation a second at most. */
  throughput?: Range & { standard: number; perIops: number };
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const rulesOf: Record<VolumeTypeName, TypeRules> = {
  gp3: {
    size: { min: 1, max: 65_536 },
    iops: { min: 3_000, max: 80_000, standard: 3_000, perGib: 500 },
    throughput: { min: 125, max: 2_000, standard: 125, perIops: 0.25 },
  },
  gp2: { size: { min: 1, max: 16_384 } },
  io1: { size: { min: 4, max: 16_384 }, iops: { min: 100, max: 64_000, perGib: 50 } },
  io2: { size: { min: 4, max: 65_536 }, iops: { min: 100, max: 256_000, perGib: 1_000 } },
  st1: { size: { min: 125, max: 16_384 } },
  sc1: { size: { min: 125, max: 16_384 } },
  standard: { size: { min: 1, max: 1_024 } },
};

const check = (value: number, { min, max }: Range, path: string, type: VolumeTypeName): void => {
  if (value < min || value > max) throw invalid(path, `must be from ${min} to ${max} for ${type}`);
};

const iopsOf = ({ size_gb, type, iops }: VolumeShape, { iops: rule }: TypeRules): number | undefined => {
  if (iops === undefined) {
    if (rule && rule.standard === undefined) throw invalid('iops', `must be given for ${type}`);
    return rule?.standard;
  }
  if (!rule) throw invalid('iops', `can not be set for ${type}`);
  check(iops, rule, 'iops', type);
  if (iops > (rule.standard ?? 0) && iops > rule.perGib * size_gb)
    throw invalid('iops', `at most ${rule.perGib} for each GiB of ${type}, ${rule.perGib * size_gb} here`);
  return iops;
};

const throughputOf = (
  { type, throughput }: VolumeShape,
  iops: number | undefined,
  { throughput: rule }: TypeRules,
): number | undefined => {
  if (throughput === undefined) return rule?.standard;
  if (!rule) throw invalid('throughput', `can not be set for ${type}`);
  check(throughput, rule, 'throughput', type);
  if (throughput > rule.perIops * (iops ?? 0))
    throw invalid('throughput', `at most ${rule.perIops} MiB/s for each operation a second (iops)`);
  return throughput;
};

/**
 * The shape with all that its type gives where nothing is asked for.
 * @throws CloudError `INVALID_INPUT` for what EBS does not offer, naming the field
 */
export const resolveShape = (wanted: VolumeShape): VolumeShape => {
  const rules = rulesOf[wanted.type];
  check(wanted.size_gb, rules.size, 'size_gb', wanted.type);
  const iops = iopsOf(wanted, rules);
  const throughput = throughputOf(wanted, iops, rules);
  return {
    size_gb: wanted.size_gb,
    type: wanted.type,
    ...(iops !== undefined && { iops }),
    ...(throughput !== undefined && { throughput }),
  };
};

/**
 * The shape after a change. What is not asked for stays, or is what a new type gives.
 * @throws CloudError `INVALID_INPUT` as `resolveShape`, and for less room than there is
 */
export const changeShape = (before: VolumeShape, wanted: Partial<VolumeShape>): VolumeShape => {
  const size_gb = wanted.size_gb ?? before.size_gb;
  if (size_gb < before.size_gb)
    throw invalid('size_gb', `a volume never shrinks: at least ${before.size_gb}`);
  const type = wanted.type ?? before.type;
  const kept = type === before.type ? before : undefined;
  return resolveShape({
    size_gb,
    type,
    iops: wanted.iops ?? kept?.iops,
    throughput: wanted.throughput ?? kept?.throughput,
  });
};

export const sameShape = (a: VolumeShape, b: VolumeShape): boolean =>
  a.size_gb === b.size_gb && a.type === b.type && a.iops === b.iops && a.throughput === b.throughput;

/** A shape as EBS shows it, without the speed that follows from the type. */
export const settledShape = ({ size_gb, type, iops, throughput }: VolumeShape): VolumeShape => ({
  size_gb,
  type,
  ...(rulesOf[type].iops && iops !== undefined && { iops }),
  ...(rulesOf[type].throughput && throughput !== undefined && { throughput }),
});
