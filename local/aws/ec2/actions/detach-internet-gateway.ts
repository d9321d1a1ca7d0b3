import type { DetachInternetGatewayRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { listInterfaces } from '../network/interfaces.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Refused while the VPC has mapped public addresses.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html
 */
export const detachInternetGateway = defineAction<DetachInternetGatewayRequest, Record<string, never>>({
  required: ['InternetGatewayId', 'VpcId'],
  perform({ InternetGatewayId: id = '', VpcId: vpcId = '' }, call) {
    const gateway = getOne(kinds.internetGateway, id, call);
    getOne(kinds.vpc, vpcId, call);
    if (gateway.vpcId !== vpcId)
      throw new AwsError('Gateway.NotAttached', `resource ${id} is not attached to network ${vpcId}`);
    if (listInterfaces(call).some((one) => one.vpcId === vpcId && one.publicAddress))
      throw dependencyViolation(
        `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
      );
    call.gateways.put({ ...gateway, vpcId: undefined });
    return {};
  },
});
