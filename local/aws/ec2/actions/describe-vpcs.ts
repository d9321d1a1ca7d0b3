import type { DescribeVpcsRequest, DescribeVpcsResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { blocksOf } from '../network/vpc-blocks.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { vpcView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const describeVpcs = defineAction<DescribeVpcsRequest, DescribeVpcsResult>({
  optional: ['VpcIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ VpcIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.vpc,
      {
        ...request,
        ids,
        filters,
        fields: {
          cidr: ({ cidrBlock }) => cidrBlock,
          'cidr-block-association.association-id': (vpc) =>
            blocksOf(vpc).map(({ associationId }) => associationId),
          'cidr-block-association.cidr-block': (vpc) => blocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
          'cidr-block-association.state': (vpc) => blocksOf(vpc).map(({ state }) => state),
          'dhcp-options-id': ({ dhcpOptionsId }) => dhcpOptionsId,
          'is-default': () => false,
          'owner-id': () => call.caller.account,
          state: () => 'available',
          'vpc-id': ({ id }) => id,
        },
        page: { idsParameter: 'vpcIds' },
      },
      call,
    );
    return { Vpcs: records.map((vpc) => vpcView(vpc, call)), NextToken: nextToken };
  },
});
