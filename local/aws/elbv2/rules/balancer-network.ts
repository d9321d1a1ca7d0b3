import type { CreateLoadBalancerInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import { invalidConfiguration, limitReached, unknownParameter, validationError } from './errors.ts';

/** Free addresses that a balancer needs in each of its subnets. */
const neededAddresses = 8;

export interface BalancerNetwork {
  vpcId: string;
  subnets: { subnetId: string; zone: string }[];
}

const invalidSubnet = (message: string): AwsError => new AwsError('InvalidSubnetException', message);

/** @throws ValidationError */
export const subnetIdsOf = ({
  Subnets: subnets,
  SubnetMappings: mappings,
}: CreateLoadBalancerInput): string[] => {
  if (subnets && mappings)
    throw validationError('You can specify either subnets or subnet mappings, but not both');
  for (const { SubnetId: _, ...more } of mappings ?? [])
    for (const [name, value] of Object.entries(more))
      if (value !== undefined) throw unknownParameter(`SubnetMappings.${name}`);
  return [...new Set(subnets ?? mappings?.map(({ SubnetId = '' }) => SubnetId) ?? [])];
};

/**
 * The network that a new balancer will be in.
 *
 * @throws SubnetNotFoundException, InvalidConfigurationRequestException for subnets of two VPCs or twice in a zone,
 *   ValidationError for fewer than two zones, InvalidSubnetException for want of addresses or of an internet gateway
 */
export const resolveNetwork = (
  subnetIds: readonly string[],
  isInternetFacing: boolean,
  { ec2, scope }: Call,
): BalancerNetwork => {
  const subnets = subnetIds.map((subnetId) => {
    const subnet = ec2.subnet(scope, subnetId);
    if (!subnet) throw new AwsError('SubnetNotFoundException', `The subnet ID '${subnetId}' does not exist`);
    return { ...subnet, subnetId };
  });
  const vpcId = subnets[0]?.vpcId ?? '';
  if (subnets.some((subnet) => subnet.vpcId !== vpcId))
    throw invalidConfiguration(`All subnets must belong to the same VPC: '${vpcId}'`);
  const zones = new Set(subnets.map(({ zone }) => zone));
  if (zones.size < subnets.length)
    throw invalidConfiguration(
      'A load balancer cannot be attached to multiple subnets in the same Availability Zone',
    );
  if (zones.size < 2)
    throw validationError('At least two subnets in two different Availability Zones must be specified');
  for (const { subnetId, freeAddresses } of subnets)
    if (freeAddresses < neededAddresses)
      throw invalidSubnet(
        `Not enough IP space available in ${subnetId}. ELB requires at least ${neededAddresses} free IP addresses in each subnet.`,
      );
  if (isInternetFacing && !ec2.hasInternetGateway(scope, vpcId))
    throw invalidSubnet(`VPC ${vpcId} has no internet gateway`);
  return { vpcId, subnets: subnets.map(({ subnetId, zone }) => ({ subnetId, zone })) };
};

/**
 * The security groups asked for, or the VPC's default one.
 * @throws InvalidSecurityGroupException for one that is not there or of another VPC, InvalidConfigurationRequestException for too many
 */
export const resolveGroups = (
  groupIds: readonly string[] | undefined,
  vpcId: string,
  { ec2, scope, limits }: Call,
): string[] => {
  if (!groupIds || groupIds.length === 0)
    return [ec2.defaultGroup(scope, vpcId)].filter((id) => id !== undefined);
  const wanted = [...new Set(groupIds)];
  for (const id of wanted)
    if (ec2.vpcOfGroup(scope, id) !== vpcId)
      throw new AwsError(
        'InvalidSecurityGroupException',
        `The security group '${id}' does not exist in the VPC '${vpcId}'`,
      );
  if (wanted.length > limits.securityGroupsPerBalancer)
    throw limitReached('InvalidConfigurationRequestException', 'security groups per load balancer');
  return wanted;
};
