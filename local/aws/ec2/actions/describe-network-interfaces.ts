import type { DescribeNetworkInterfacesRequest, DescribeNetworkInterfacesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { interfaceView } from '../views/interface-view.ts';

/**
 * Shows what still holds a subnet, a group or a VPC.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
 */
export const describeNetworkInterfaces = defineAction<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
>({
  optional: ['NetworkInterfaceIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ NetworkInterfaceIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.networkInterface,
      {
        ...request,
        ids,
        filters,
        fields: {
          'addresses.private-ip-address': ({ privateAddress }) => privateAddress,
          'association.public-ip': ({ publicAddress }) => publicAddress,
          'attachment.instance-id': ({ instanceId }) => instanceId,
          'availability-zone': ({ zone }) => zone,
          description: ({ description }) => description,
          'group-id': ({ groupIds }) => groupIds,
          'group-name': ({ groupIds }) => groupIds.map((id) => call.groups.find(id)?.name),
          'interface-type': () => 'interface',
          'mac-address': ({ macAddress }) => macAddress,
          'network-interface-id': ({ id }) => id,
          'owner-id': () => call.caller.account,
          'private-ip-address': ({ privateAddress }) => privateAddress,
          'requester-id': ({ requesterId }) => requesterId,
          'requester-managed': ({ requesterId }) => requesterId !== undefined,
          status: () => 'in-use',
          'subnet-id': ({ subnetId }) => subnetId,
          'vpc-id': ({ vpcId }) => vpcId,
        },
        page: { idsParameter: 'networkInterfaceIds' },
        indexed: { 'subnet-id': 'subnet_id' },
      },
      call,
    );
    return { NetworkInterfaces: records.map((one) => interfaceView(one, call)), NextToken: nextToken };
  },
});
