import type { AttachInternetGatewayRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * A gateway serves one VPC, and a VPC has at most one.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html
 */
export const attachInternetGateway = defineAction<AttachInternetGatewayRequest, Record<string, never>>({
  required: ['InternetGatewayId', 'VpcId'],
  perform({ InternetGatewayId: id = '', VpcId: vpcId = '' }, call) {
    const gateway = getOne(kinds.internetGateway, id, call);
    getOne(kinds.vpc, vpcId, call);
    if (gateway.vpcId)
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `resource ${id} is already attached to network ${gateway.vpcId}`,
      );
    if (call.gateways.where('vpc_id', vpcId).length > 0)
      throw invalidValue(vpcId, 'vpcId', `Network ${vpcId} already has an internet gateway attached`);
    call.gateways.put({ ...gateway, vpcId });
    return {};
  },
});
