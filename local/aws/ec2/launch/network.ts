import type { RunInstancesRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { getZone } from '../catalogue/zones.ts';
import type { Call } from '../engine/call.ts';
import { containsBlock, parseAddress, parseCidr } from '../rules/cidr.ts';
import {
  invalidCombination,
  invalidParameterValue,
  invalidValue,
  unknownParameter,
} from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll, getOne } from '../rules/lookup.ts';
import type { AccountStore } from '../store/account-store.ts';
import type { SubnetRecord } from '../store/records.ts';

/** Where a launch's network interfaces will be. */
export interface LaunchNetwork {
  subnet: SubnetRecord;
  groupIds: string[];
  wantsPublicAddress: boolean;
  privateAddress?: string;
}

const interfaceParameters = new Set([
  'DeviceIndex',
  'SubnetId',
  'Groups',
  'AssociatePublicIpAddress',
  'PrivateIpAddress',
  'DeleteOnTermination',
]);

/** A launch names its network at the instance or at the interface, never at both. */
const mergeInterface = (input: RunInstancesRequest) => {
  const [asked, ...more] = input.NetworkInterfaces ?? [];
  if (!asked)
    return {
      subnetId: input.SubnetId,
      groupIds: input.SecurityGroupIds,
      privateAddress: input.PrivateIpAddress,
      publicAddress: undefined,
    };
  if (more.length > 0) throw new AwsError('Unsupported', 'Only one network interface is supported.');
  if (input.SubnetId !== undefined)
    throw invalidCombination(
      'Network interfaces and an instance-level subnet ID may not be specified on the same request',
    );
  if (input.SecurityGroupIds !== undefined)
    throw invalidCombination(
      'Network interfaces and an instance-level security groups may not be specified on the same request',
    );
  if (input.PrivateIpAddress !== undefined)
    throw invalidCombination(
      'Network interfaces and an instance-level private address may not be specified on the same request',
    );
  for (const [name, value] of Object.entries(asked))
    if (value !== undefined && !interfaceParameters.has(name))
      throw unknownParameter(`NetworkInterface.1.${name}`);
  if (asked.DeviceIndex !== 0)
    throw invalidValue(
      asked.DeviceIndex,
      'deviceIndex',
      'The primary network interface must have device index 0.',
    );
  return {
    subnetId: asked.SubnetId,
    groupIds: asked.Groups,
    privateAddress: asked.PrivateIpAddress,
    publicAddress: asked.AssociatePublicIpAddress,
  };
};

/** @throws InvalidParameterValue */
const checkPrivateAddress = (address: string, subnet: SubnetRecord, call: Call): void => {
  const number = parseAddress(address);
  if (number === undefined) throw invalidValue(address, 'address', 'The address is malformed.');
  const block = parseCidr(subnet.cidrBlock);
  if (!block || !containsBlock(block, { first: number, size: 1, prefix: 32 }))
    throw invalidParameterValue(`Address ${address} does not fall within the subnet's address range`);
  if (call.addresses.holderOf(subnet.id, address) === 'aws')
    throw invalidParameterValue(`Address ${address} is in subnet's reserved address range`);
};

/**
 * Whether the address that a new launch names is still free; the repeat of an earlier launch holds it itself.
 * @throws InvalidIPAddress.InUse
 */
export const checkAddressIsFree = ({ privateAddress, subnet }: LaunchNetwork, call: Call): void => {
  if (privateAddress !== undefined && call.addresses.holderOf(subnet.id, privateAddress) !== undefined)
    throw new AwsError('InvalidIPAddress.InUse', `Address ${privateAddress} is in use.`);
};

/** @throws InvalidGroup.NotFound, InvalidParameter for a group of another network, SecurityGroupsPerInterfaceLimitExceeded */
export const checkGroups = (
  groupIds: string[],
  vpcId: string,
  subnetId: string,
  call: AccountStore & Pick<Call, 'limits' | 'now'>,
): void => {
  if (groupIds.length > call.limits.securityGroupsPerInterface)
    throw new AwsError(
      'SecurityGroupsPerInterfaceLimitExceeded',
      'The maximum number of security groups per interface has been reached.',
    );
  for (const group of getAll(kinds.securityGroup, groupIds, call))
    if (group.vpcId !== vpcId)
      throw new AwsError(
        'InvalidParameter',
        `Security group ${group.id} and subnet ${subnetId} belong to different networks.`,
      );
};

const checkZone = (input: RunInstancesRequest, subnet: SubnetRecord, call: Call): void => {
  const asked = input.Placement?.AvailabilityZone ?? input.Placement?.AvailabilityZoneId;
  if (asked !== undefined && getZone(call.caller.region, asked).name !== subnet.zone)
    throw invalidParameterValue(
      `The availability zone '${asked}' is not the one of the subnet '${subnet.id}', which is in '${subnet.zone}'.`,
    );
};

/**
 * The network a launch asks for. Accounts here have no default VPC, so a launch must name its subnet.
 * @throws VPCIdNotSpecified, InvalidSubnetID.*, InvalidGroup.*, InvalidParameterCombination, InvalidParameterValue
 */
export const resolveNetwork = (input: RunInstancesRequest, call: Call): LaunchNetwork => {
  const asked = mergeInterface(input);
  if (asked.subnetId === undefined || asked.subnetId === '')
    throw new AwsError(
      'VPCIdNotSpecified',
      'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
    );
  const subnet = getOne(kinds.subnet, asked.subnetId, call);
  checkZone(input, subnet, call);
  const groupIds = asked.groupIds?.length
    ? [...new Set(asked.groupIds)]
    : call.groups
        .where('name', 'default')
        .filter(({ vpcId }) => vpcId === subnet.vpcId)
        .map(({ id }) => id);
  checkGroups(groupIds, subnet.vpcId, subnet.id, call);
  if (asked.privateAddress !== undefined) {
    if (input.MaxCount !== 1)
      throw invalidCombination('A private address may only be specified when launching a single instance');
    checkPrivateAddress(asked.privateAddress, subnet, call);
  }
  return {
    subnet,
    groupIds,
    wantsPublicAddress: asked.publicAddress ?? subnet.mapPublicIpOnLaunch,
    privateAddress: asked.privateAddress,
  };
};
