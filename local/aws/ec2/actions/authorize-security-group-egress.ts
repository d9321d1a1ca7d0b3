import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { authorize } from '../rules/security-group-rules.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export const authorizeSecurityGroupEgress = defineAction<
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult
>({
  required: ['GroupId'],
  optional: ['IpPermissions', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'TagSpecifications'],
  perform: (input, call) => ({ Return: true, SecurityGroupRules: authorize(input, true, call) }),
});
