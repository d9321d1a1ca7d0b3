import { AwsError } from '../../stand-in.ts';
import type { InstanceTypeSpec } from '../catalogue/instance-types.ts';
import type { Call } from '../engine/call.ts';
import { parseCidr } from '../rules/cidr.ts';
import { invalidCombination, invalidValue } from '../rules/errors.ts';
import type { SubnetRecord } from '../store/records.ts';

/** @throws InvalidParameterValue, InvalidParameterCombination */
export const checkCounts = (min: number, max: number): void => {
  for (const [name, value] of Object.entries({ minCount: min, maxCount: max }))
    if (!Number.isInteger(value) || value < 1)
      throw invalidValue(value, name, 'Expecting a value of at least 1.');
  if (min > max)
    throw invalidCombination(`The minCount (${min}) must not be greater than the maxCount (${max}).`);
};

/** How many instances of a type the account's vCPU limit still lets run. */
const allowed = (type: InstanceTypeSpec, call: Call): number =>
  Math.floor((call.limits.vcpus - call.instances.sum('counted_vcpus')) / type.vcpus);

const vcpuLimitExceeded = (limit: number): AwsError =>
  new AwsError(
    'VcpuLimitExceeded',
    `You have requested more vCPU capacity than your current vCPU limit of ${limit} allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.`,
  );

/** @throws VcpuLimitExceeded when the account can't run `count` more */
export const checkVcpus = (type: InstanceTypeSpec, count: number, call: Call): void => {
  if (allowed(type, call) < count) throw vcpuLimitExceeded(call.limits.vcpus);
};

/**
 * The number to launch: as many as there is room for, at least `min`, at most `max`.
 * @throws VcpuLimitExceeded, InsufficientFreeAddressesInSubnet
 */
export const decideCount = (
  { min, max }: { min: number; max: number },
  type: InstanceTypeSpec,
  subnet: SubnetRecord,
  call: Call,
): number => {
  checkVcpus(type, min, call);
  const block = parseCidr(subnet.cidrBlock);
  const free = block ? call.addresses.available(subnet.id, block) : 0;
  if (free < min)
    throw new AwsError(
      'InsufficientFreeAddressesInSubnet',
      `There are not enough free addresses in subnet '${subnet.id}' to satisfy the requested number of instances.`,
    );
  return Math.min(max, allowed(type, call), free);
};
