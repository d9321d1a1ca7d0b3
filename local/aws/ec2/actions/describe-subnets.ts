import type { DescribeSubnetsRequest, DescribeSubnetsResult } from '@aws-sdk/client-ec2';
import { zonesOf } from '../catalogue/zones.ts';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { availableAddresses, subnetView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const describeSubnets = defineAction<DescribeSubnetsRequest, DescribeSubnetsResult>({
  optional: ['SubnetIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ SubnetIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.subnet,
      {
        ...request,
        ids,
        filters,
        fields: {
          'availability-zone': ({ zone }) => zone,
          'availability-zone-id': ({ zone }) =>
            zonesOf(call.caller.region).find(({ name }) => name === zone)?.id,
          'available-ip-address-count': (subnet) => availableAddresses(subnet, call),
          'cidr-block': ({ cidrBlock }) => cidrBlock,
          'default-for-az': () => false,
          'map-public-ip-on-launch': ({ mapPublicIpOnLaunch }) => mapPublicIpOnLaunch,
          'owner-id': () => call.caller.account,
          state: () => 'available',
          'subnet-id': ({ id }) => id,
          'vpc-id': ({ vpcId }) => vpcId,
        },
        page: { idsParameter: 'subnetIds' },
      },
      call,
    );
    return { Subnets: records.map((subnet) => subnetView(subnet, call)), NextToken: nextToken };
  },
});
