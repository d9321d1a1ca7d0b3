import type { AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { blocksOf, checkSecondaryBlock, parseVpcBlock } from '../network/vpc-blocks.ts';
import { formatCidr } from '../rules/cidr.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import type { VpcBlock } from '../store/records.ts';
import { blockView } from '../views/network-view.ts';

/**
 * Adds an IPv4 block, in which subnets can be made once it is `associated`.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html
 */
export const associateVpcCidrBlock = defineAction<AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult>({
  required: ['VpcId', 'CidrBlock'],
  perform({ VpcId: id = '', CidrBlock: cidr = '' }, call) {
    const vpc = getOne(kinds.vpc, id, call);
    const added = parseVpcBlock(cidr);
    checkSecondaryBlock(added, vpc);
    if (blocksOf(vpc).length >= call.limits.cidrBlocksPerVpc)
      throw new AwsError(
        'CidrLimitExceeded',
        `This network '${id}' has met its maximum number of allowed CIDRs: ${call.limits.cidrBlocksPerVpc}`,
      );
    const block: VpcBlock = {
      associationId: newId('vpc-cidr-assoc'),
      cidrBlock: formatCidr(added),
      state: 'associating',
      due: call.now + call.settings.cidrBlockMilliseconds,
    };
    call.vpcs.put({ ...vpc, secondaryBlocks: [...(vpc.secondaryBlocks ?? []), block] });
    return { VpcId: id, CidrBlockAssociation: blockView(block) };
  },
});
