import type {
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
} from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { authorize } from '../rules/security-group-rules.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export const authorizeSecurityGroupIngress = defineAction<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
>({
  required: ['GroupId'],
  optional: ['IpPermissions', 'IpProtocol', 'FromPort', 'ToPort', 'CidrIp', 'TagSpecifications'],
  perform: (input, call) => ({ Return: true, SecurityGroupRules: authorize(input, false, call) }),
});
