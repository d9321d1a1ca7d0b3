import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type EC2Client,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls, type Ec2Calls } from '../../platform/aws/ec2/calls.ts';
import { codeOf } from '../../platform/aws/ec2/failures.ts';
import { byRecord, madeFor } from '../../platform/aws/ec2/made-for.ts';
import { removeOrWait } from '../../platform/aws/ec2/remove-or-wait.ts';
import { platformTags } from '../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import { fromIpPermissions, toIpPermission } from './backend.ec2/ip-permissions.ts';
import type { SecurityGroupBackend } from './backend.ts';

export interface Ec2SecurityGroupsOptions {
  ec2: EC2Client;
  /** Tries each call once: a creation that has no token must not be sent again by the SDK, or there are two. */
  ec2Once: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** EC2 takes 1 to 255 of these: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
const ec2Text = (text: string): string =>
  text.replaceAll(/[^a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]/g, '_').slice(0, 255);

/** What another worker did first, or EC2 shows late: the next look tells what is left to do. */
const shownLate = ['InvalidPermission.Duplicate', 'InvalidPermission.NotFound', 'InvalidGroup.Duplicate'];

const withLateShows =
  (change: Ec2Calls['change']): Ec2Calls['change'] =>
  async (action, send, signal) => {
    try {
      return await change(action, send, signal);
    } catch (error) {
      const code = error instanceof BackendError ? codeOf(error.cause) : '';
      if (!shownLate.includes(code)) throw error;
      throw new BackendError('not_yet', `waiting for EC2 to show the security group (${code})`, error);
    }
  };

/** Security groups on Amazon EC2. Only translates: which call comes next is the controller's matter. */
export const createEc2SecurityGroups = ({
  ec2,
  ec2Once,
  budget,
  stage,
}: Ec2SecurityGroupsOptions): SecurityGroupBackend => {
  const calls = createEc2Calls(ec2, budget);
  const change = withLateShows(calls.change);
  const createOnce = withLateShows(createEc2Calls(ec2Once, budget).change);
  return {
    async find(recordIds, signal) {
      // To EC2 a question about none means all.
      if (recordIds.length === 0) return new Map();
      const command = new DescribeSecurityGroupsCommand({ Filters: madeFor(stage, recordIds) });
      const { SecurityGroups = [] } = await calls.read(
        'DescribeSecurityGroups',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      return byRecord(SecurityGroups, ({ GroupId = '', IpPermissions, IpPermissionsEgress }) => ({
        id: GroupId,
        ingress: fromIpPermissions(IpPermissions),
        egress: fromIpPermissions(IpPermissionsEgress),
      }));
    },

    async create({ tenant, id, name, description }, vpcId, signal) {
      const command = new CreateSecurityGroupCommand({
        // Names are unique in a VPC, and a record that is deleted gives its own away at once.
        GroupName: `thecloud-${id}`,
        Description: ec2Text(description || name),
        VpcId: vpcId,
        TagSpecifications: [
          { ResourceType: 'security-group', Tags: platformTags({ stage, tenant, name, resource: id }) },
        ],
      });
      const { GroupId } = await createOnce(
        'CreateSecurityGroup',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      if (!GroupId) throw new BackendError('ambiguous', 'EC2 answered without a security group');
      return GroupId;
    },

    async authorize(groupId, direction, permissions, signal) {
      const input = { GroupId: groupId, IpPermissions: permissions.map(toIpPermission) };
      if (direction === 'ingress')
        await change(
          'AuthorizeSecurityGroupIngress',
          (client) => client.send(new AuthorizeSecurityGroupIngressCommand(input), { abortSignal: signal }),
          signal,
        );
      else
        await change(
          'AuthorizeSecurityGroupEgress',
          (client) => client.send(new AuthorizeSecurityGroupEgressCommand(input), { abortSignal: signal }),
          signal,
        );
    },

    async revoke(groupId, direction, permissions, signal) {
      const input = { GroupId: groupId, IpPermissions: permissions.map(toIpPermission) };
      if (direction === 'ingress')
        await change(
          'RevokeSecurityGroupIngress',
          (client) => client.send(new RevokeSecurityGroupIngressCommand(input), { abortSignal: signal }),
          signal,
        );
      else
        await change(
          'RevokeSecurityGroupEgress',
          (client) => client.send(new RevokeSecurityGroupEgressCommand(input), { abortSignal: signal }),
          signal,
        );
    },

    delete: (groupId, signal) => removeOrWait(calls, 'security-group', groupId, signal),
  };
};
