import type { CreateSubnetRequest, CreateSubnetResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { getZone, zonesOf } from '../catalogue/zones.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { usableBlocks } from '../network/vpc-blocks.ts';
import { type CidrBlock, containsBlock, formatCidr, overlaps, parseCidr } from '../rules/cidr.ts';
import { invalidValue } from '../rules/errors.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import type { VpcRecord } from '../store/records.ts';
import { subnetView } from '../views/network-view.ts';

/** @throws InvalidParameterValue, InvalidSubnet.Range, InvalidSubnet.Conflict */
const resolveCidr = (text: string, vpc: VpcRecord, call: Call): CidrBlock => {
  const block = parseCidr(text);
  if (!block) throw invalidValue(text, 'cidrBlock', 'This is not a valid CIDR block.');
  const isInside = usableBlocks(vpc).some((cidrBlock) => {
    const outer = parseCidr(cidrBlock);
    return outer && containsBlock(outer, block);
  });
  if (block.prefix < 16 || block.prefix > 28 || !isInside)
    throw new AwsError('InvalidSubnet.Range', `The CIDR '${text}' is invalid.`);
  for (const { cidrBlock } of call.subnets.where('vpc_id', vpc.id)) {
    const other = parseCidr(cidrBlock);
    if (other && overlaps(block, other))
      throw new AwsError('InvalidSubnet.Conflict', `The CIDR '${text}' conflicts with another subnet`);
  }
  return block;
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
export const createSubnet = defineAction<CreateSubnetRequest, CreateSubnetResult>({
  required: ['VpcId', 'CidrBlock'],
  optional: ['AvailabilityZone', 'AvailabilityZoneId', 'TagSpecifications'],
  perform(input, call) {
    const { region } = call.caller;
    const { subnet: tags = {} } = parseTagSpecifications(input.TagSpecifications, 'subnet');
    const vpc = getOne(kinds.vpc, input.VpcId ?? '', call);
    const asked = input.AvailabilityZone ?? input.AvailabilityZoneId;
    const zone = asked === undefined ? zonesOf(region)[0] : getZone(region, asked);
    const block = resolveCidr(input.CidrBlock ?? '', vpc, call);
    if (call.subnets.where('vpc_id', vpc.id).length >= call.limits.subnetsPerVpc)
      throw new AwsError('SubnetLimitExceeded', 'The maximum number of subnets has been reached.');
    const subnet = call.subnets.put({
      id: newId('subnet'),
      vpcId: vpc.id,
      cidrBlock: formatCidr(block),
      zone: zone?.name ?? '',
      mapPublicIpOnLaunch: false,
      tags,
      createdAt: call.now,
      visibleAt: call.visibleAt,
    });
    call.addresses.open(subnet.id, block);
    return { Subnet: subnetView(subnet, call) };
  },
});
