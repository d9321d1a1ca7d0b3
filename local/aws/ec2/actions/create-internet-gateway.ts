import type { CreateInternetGatewayRequest, CreateInternetGatewayResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { newId } from '../rules/ids.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import { internetGatewayView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
export const createInternetGateway = defineAction<CreateInternetGatewayRequest, CreateInternetGatewayResult>({
  optional: ['TagSpecifications'],
  perform({ TagSpecifications: specifications }, call) {
    const { 'internet-gateway': tags = {} } = parseTagSpecifications(specifications, 'internet-gateway');
    if (call.gateways.count() >= call.limits.internetGateways)
      throw new AwsError(
        'InternetGatewayLimitExceeded',
        'The maximum number of internet gateways has been reached.',
      );
    const gateway = call.gateways.put({
      id: newId('igw'),
      tags,
      createdAt: call.now,
      visibleAt: call.visibleAt,
    });
    return { InternetGateway: internetGatewayView(gateway, call) };
  },
});
