export type Architecture = 'x86_64' | 'arm64';

/** A size that a tenant may ask for. https://aws.amazon.com/ec2/instance-types/ */
export interface InstanceType {
  vcpus: number;
  memoryMebibytes: number;
  architecture: Architecture;
}

/** Sizes within a family: name, vCPUs, and memory as a multiple of the family's GiB for each vCPU. */
const burstable = [
  ['nano', 2, 0.5],
  ['micro', 2, 1],
  ['small', 2, 2],
  ['medium', 2, 4],
  ['large', 2, 8],
  ['xlarge', 4, 16],
  ['2xlarge', 8, 32],
] as const;

const sizes = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
] as const;

/** Family, architecture, GiB of memory for each vCPU. */
const families = [
  ['m6i', 'x86_64', 4],
  ['m7g', 'arm64', 4],
  ['c6i', 'x86_64', 2],
  ['c7g', 'arm64', 2],
  ['r6i', 'x86_64', 8],
  ['r7g', 'arm64', 8],
] as const;

const mebibytes = (gibibytes: number): number => gibibytes * 1024;

/** Every instance type that may be launched, by its EC2 name. */
export const instanceTypes: ReadonlyMap<string, InstanceType> = new Map([
  ...(
    [
      ['t3', 'x86_64'],
      ['t3a', 'x86_64'],
      ['t4g', 'arm64'],
    ] as const
  ).flatMap(([family, architecture]) =>
    burstable.map(([size, vcpus, memory]): [string, InstanceType] => [
      `${family}.${size}`,
      { vcpus, memoryMebibytes: mebibytes(memory), architecture },
    ]),
  ),
  ...families.flatMap(([family, architecture, perCpu]) =>
    sizes.map(([size, vcpus]): [string, InstanceType] => [
      `${family}.${size}`,
      { vcpus, memoryMebibytes: mebibytes(vcpus * perCpu), architecture },
    ]),
  ),
]);

export const defaultInstanceType = 't3.micro';
