import type { _InstanceType, ArchitectureType } from '@aws-sdk/client-ec2';

export interface InstanceTypeSpec {
  name: _InstanceType;
  architecture: ArchitectureType & ('x86_64' | 'arm64');
  vcpus: number;
  memoryMiB: number;
  burstable: boolean;
  clockGHz: number;
  threadsPerCore: 1 | 2;
  manufacturer: string;
}

/** vCPUs by size. */
const x86Sizes = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
  '24xlarge': 96,
};
const gravitonSizes = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
};
const c5Sizes = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '9xlarge': 36,
  '12xlarge': 48,
  '18xlarge': 72,
  '24xlarge': 96,
};
const burstableSizes = { nano: 2, micro: 2, small: 2, medium: 2, large: 2, xlarge: 4, '2xlarge': 8 };
const burstableMiB: Record<string, number> = {
  nano: 512,
  micro: 1_024,
  small: 2_048,
  medium: 4_096,
  large: 8_192,
  xlarge: 16_384,
  '2xlarge': 32_768,
};

interface Family {
  names: string[];
  sizes: Record<string, number>;
  /** GiB per vCPU; a burstable size has its own. */
  memoryRatio?: number;
  clockGHz: number;
  manufacturer: 'Intel' | 'AMD' | 'AWS';
}

/** General, compute and memory families of current generations. https://aws.amazon.com/ec2/instance-types/ */
const families: Family[] = [
  { names: ['t3'], sizes: burstableSizes, clockGHz: 2.5, manufacturer: 'Intel' },
  { names: ['t3a'], sizes: burstableSizes, clockGHz: 2.2, manufacturer: 'AMD' },
  { names: ['t4g'], sizes: burstableSizes, clockGHz: 2.5, manufacturer: 'AWS' },
  { names: ['m5'], sizes: x86Sizes, memoryRatio: 4, clockGHz: 3.1, manufacturer: 'Intel' },
  { names: ['m6i', 'm7i'], sizes: x86Sizes, memoryRatio: 4, clockGHz: 3.5, manufacturer: 'Intel' },
  { names: ['m6a', 'm7a'], sizes: x86Sizes, memoryRatio: 4, clockGHz: 3.6, manufacturer: 'AMD' },
  { names: ['m6g', 'm7g', 'm8g'], sizes: gravitonSizes, memoryRatio: 4, clockGHz: 2.5, manufacturer: 'AWS' },
  { names: ['c5'], sizes: c5Sizes, memoryRatio: 2, clockGHz: 3.4, manufacturer: 'Intel' },
  { names: ['c6i', 'c7i'], sizes: x86Sizes, memoryRatio: 2, clockGHz: 3.5, manufacturer: 'Intel' },
  { names: ['c6a', 'c7a'], sizes: x86Sizes, memoryRatio: 2, clockGHz: 3.6, manufacturer: 'AMD' },
  { names: ['c6g', 'c7g', 'c8g'], sizes: gravitonSizes, memoryRatio: 2, clockGHz: 2.5, manufacturer: 'AWS' },
  { names: ['r5'], sizes: x86Sizes, memoryRatio: 8, clockGHz: 3.1, manufacturer: 'Intel' },
  { names: ['r6i', 'r7i'], sizes: x86Sizes, memoryRatio: 8, clockGHz: 3.5, manufacturer: 'Intel' },
  { names: ['r6a', 'r7a'], sizes: x86Sizes, memoryRatio: 8, clockGHz: 3.6, manufacturer: 'AMD' },
  { names: ['r6g', 'r7g', 'r8g'], sizes: gravitonSizes, memoryRatio: 8, clockGHz: 2.5, manufacturer: 'AWS' },
];

const specify = (family: Family, name: string, size: string, vcpus: number): InstanceTypeSpec => ({
  name: `${name}.${size}` as _InstanceType,
  architecture: family.manufacturer === 'AWS' ? 'arm64' : 'x86_64',
  vcpus,
  memoryMiB:
    family.memoryRatio === undefined ? (burstableMiB[size] ?? 0) : vcpus * family.memoryRatio * 1_024,
  burstable: family.memoryRatio === undefined,
  clockGHz: family.clockGHz,
  threadsPerCore: family.manufacturer === 'AWS' || name.endsWith('7a') || vcpus === 1 ? 1 : 2,
  manufacturer: family.manufacturer,
});

/** Every instance type of the stand-in, by name. */
export const instanceTypes: ReadonlyMap<string, InstanceTypeSpec> = new Map(
  families.flatMap((family) =>
    family.names.flatMap((name) =>
      Object.entries(family.sizes).map(([size, vcpus]): [string, InstanceTypeSpec] => [
        `${name}.${size}`,
        specify(family, name, size, vcpus),
      ]),
    ),
  ),
);
