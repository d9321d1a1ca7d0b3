import type {
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { type InstanceTypeSpec, instanceTypes } from '../catalogue/instance-types.ts';
import { defineAction } from '../engine/action.ts';
import { compileFilters } from '../rules/filters.ts';
import { paginate } from '../rules/pagination.ts';

const view = (type: InstanceTypeSpec): InstanceTypeInfo => ({
  InstanceType: type.name,
  CurrentGeneration: true,
  FreeTierEligible: type.name === 't3.micro' || type.name === 't4g.micro',
  SupportedUsageClasses: ['on-demand', 'spot'],
  SupportedRootDeviceTypes: ['ebs'],
  SupportedVirtualizationTypes: ['hvm'],
  BareMetal: false,
  Hypervisor: 'nitro',
  ProcessorInfo: {
    SupportedArchitectures: [type.architecture],
    SustainedClockSpeedInGhz: type.clockGHz,
    Manufacturer: type.manufacturer,
  },
  VCpuInfo: {
    DefaultVCpus: type.vcpus,
    DefaultCores: type.vcpus / type.threadsPerCore,
    DefaultThreadsPerCore: type.threadsPerCore,
  },
  MemoryInfo: { SizeInMiB: type.memoryMiB },
  InstanceStorageSupported: false,
  EbsInfo: { EbsOptimizedSupport: 'default', EncryptionSupport: 'supported', NvmeSupport: 'required' },
  HibernationSupported: false,
  BurstablePerformanceSupported: type.burstable,
  DedicatedHostsSupported: !type.burstable,
  AutoRecoverySupported: true,
  SupportedBootModes: type.architecture === 'arm64' ? ['uefi'] : ['legacy-bios', 'uefi'],
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
export const describeInstanceTypes = defineAction<DescribeInstanceTypesRequest, DescribeInstanceTypesResult>({
  optional: ['InstanceTypes', 'Filters', 'MaxResults', 'NextToken'],
  perform({ InstanceTypes: names, Filters: filters, ...request }) {
    const unknown = (names ?? []).filter((name) => !instanceTypes.has(name));
    if (unknown.length > 0)
      throw new AwsError(
        'InvalidInstanceType',
        `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
      );
    const rows = [...instanceTypes.values()]
      .filter(({ name }) => !names?.length || names.includes(name))
      .map((type) => ({ ...type, id: type.name as string, tags: {} }));
    const matches = compileFilters<(typeof rows)[number]>(filters, {
      'instance-type': ({ name }) => name,
      'processor-info.supported-architecture': ({ architecture }) => architecture,
      'vcpu-info.default-vcpus': ({ vcpus }) => vcpus,
      'memory-info.size-in-mib': ({ memoryMiB }) => memoryMiB,
      'burstable-performance-supported': ({ burstable }) => burstable,
      'current-generation': () => true,
      'bare-metal': () => false,
      hypervisor: () => 'nitro',
      'supported-usage-class': () => ['on-demand', 'spot'],
    });
    const { records, nextToken } = paginate(rows.filter(matches), request, Boolean(names?.length), {
      idsParameter: 'instanceTypesSet',
      max: 100,
    });
    return { InstanceTypes: records.map(view), NextToken: nextToken };
  },
});
