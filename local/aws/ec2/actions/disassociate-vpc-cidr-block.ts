import type { DisassociateVpcCidrBlockRequest, DisassociateVpcCidrBlockResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { blocksOf } from '../network/vpc-blocks.ts';
import { containsBlock, parseCidr } from '../rules/cidr.ts';
import type { VpcBlock, VpcRecord } from '../store/records.ts';
import { blockView } from '../views/network-view.ts';

/** @throws InvalidVpcCidrBlockAssociationID.NotFound */
const findBlock = (associationId: string, call: Call): { vpc: VpcRecord; block: VpcBlock } => {
  for (const vpc of call.vpcs.list()) {
    const block = blocksOf(vpc).find((one) => one.associationId === associationId);
    if (block) return { vpc, block };
  }
  throw new AwsError(
    'InvalidVpcCidrBlockAssociationID.NotFound',
    `The vpc CIDR block association ID '${associationId}' does not exist`,
  );
};

/** @throws OperationNotPermitted for the primary block, InvalidCidrBlock.InUse for one with subnets */
const checkRemovable = (vpc: VpcRecord, { associationId, cidrBlock }: VpcBlock, call: Call): void => {
  if (associationId === vpc.associationId)
    throw new AwsError(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${associationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    );
  const outer = parseCidr(cidrBlock);
  const isUsed = call.subnets.where('vpc_id', vpc.id).some((subnet) => {
    const inner = parseCidr(subnet.cidrBlock);
    return outer && inner && containsBlock(outer, inner);
  });
  if (isUsed)
    throw new AwsError(
      'InvalidCidrBlock.InUse',
      `The vpc ${vpc.id} currently has a subnet within CIDR block ${cidrBlock}`,
    );
};

/**
 * Takes the block's local routes with it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html
 */
export const disassociateVpcCidrBlock = defineAction<
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult
>({
  required: ['AssociationId'],
  perform({ AssociationId: associationId = '' }, call) {
    const { vpc, block } = findBlock(associationId, call);
    checkRemovable(vpc, block, call);
    const leaving: VpcBlock = {
      ...block,
      state: 'disassociating',
      due: call.now + call.settings.cidrBlockMilliseconds,
    };
    call.vpcs.put({
      ...vpc,
      secondaryBlocks: vpc.secondaryBlocks?.map((one) =>
        one.associationId === associationId ? leaving : one,
      ),
    });
    for (const table of call.routeTables.where('vpc_id', vpc.id))
      call.routeTables.put({
        ...table,
        routes: table.routes.filter(
          ({ destination, gatewayId }) => gatewayId !== 'local' || destination !== block.cidrBlock,
        ),
      });
    return { VpcId: vpc.id, CidrBlockAssociation: blockView(leaving) };
  },
});
