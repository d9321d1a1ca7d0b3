import type {
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { securityGroupRuleView } from '../views/security-group-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
export const describeSecurityGroupRules = defineAction<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
>({
  optional: ['SecurityGroupRuleIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ SecurityGroupRuleIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.securityGroupRule,
      {
        ...request,
        ids,
        filters,
        fields: {
          'group-id': ({ groupId }) => groupId,
          'security-group-rule-id': ({ id }) => id,
        },
        page: { idsParameter: 'securityGroupRuleIds' },
        indexed: { 'group-id': 'group_id' },
      },
      call,
    );
    return {
      SecurityGroupRules: records.map((rule) => securityGroupRuleView(rule, call)),
      NextToken: nextToken,
    };
  },
});
