import type { DescribeInternetGatewaysRequest, DescribeInternetGatewaysResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { internetGatewayView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export const describeInternetGateways = defineAction<
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult
>({
  optional: ['InternetGatewayIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ InternetGatewayIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.internetGateway,
      {
        ...request,
        ids,
        filters,
        fields: {
          'attachment.state': ({ vpcId }) => vpcId && 'available',
          'attachment.vpc-id': ({ vpcId }) => vpcId,
          'internet-gateway-id': ({ id }) => id,
          'owner-id': () => call.caller.account,
        },
        page: { idsParameter: 'internetGatewayIds' },
      },
      call,
    );
    return {
      InternetGateways: records.map((gateway) => internetGatewayView(gateway, call)),
      NextToken: nextToken,
    };
  },
});
