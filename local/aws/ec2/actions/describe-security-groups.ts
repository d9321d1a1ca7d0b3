import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { securityGroupFilters } from '../rules/security-group-filters.ts';
import { securityGroupView } from '../views/security-group-view.ts';

/**
 * GroupNames would look in the default VPC, which accounts here don't have, so it is not recognized.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html
 */
export const describeSecurityGroups = defineAction<
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
>({
  optional: ['GroupIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ GroupIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.securityGroup,
      {
        ...request,
        ids,
        filters,
        fields: securityGroupFilters(call),
        page: { idsParameter: 'groupIds' },
        indexed: { 'group-name': 'name', 'group-id': 'id' },
      },
      call,
    );
    return { SecurityGroups: records.map((group) => securityGroupView(group, call)), NextToken: nextToken };
  },
});
