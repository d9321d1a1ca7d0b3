import type {
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { revoke } from '../rules/security-group-rules.ts';
import { revokedRuleView } from '../views/security-group-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html */
export const revokeSecurityGroupIngress = defineAction<
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
>({
  required: ['GroupId'],
  optional: ['IpPermissions', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'SecurityGroupRuleIds'],
  perform: (input, call) => ({
    Return: true,
    RevokedSecurityGroupRules: revoke(input, false, call).map(revokedRuleView),
  }),
});
