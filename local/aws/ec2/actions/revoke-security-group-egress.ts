import type { RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { revoke } from '../rules/security-group-rules.ts';
import { revokedRuleView } from '../views/security-group-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html */
export const revokeSecurityGroupEgress = defineAction<
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult
>({
  required: ['GroupId'],
  optional: ['IpPermissions', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'SecurityGroupRuleIds'],
  perform: (input, call) => ({
    Return: true,
    RevokedSecurityGroupRules: revoke(input, true, call).map(revokedRuleView),
  }),
});
