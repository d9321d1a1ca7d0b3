import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { deleteTagged } from '../../../platform/aws/ec2/delete-tagged.ts';
import { backendError, codeOf } from '../../../platform/aws/ec2/failures.ts';
import { platformTags } from '../../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { SecurityGroupRequest } from '../backend.ts';
import { securityGroupName } from './names.ts';

/**
 * The security group of a balancer, which opens the listener's port. EC2 has no token for CreateSecurityGroup, but a
 * group's name is unique in its VPC, so a repeat finds what is there.
 */
export const createSecurityGroups = (calls: Ec2Calls, stage: string) => {
  const find = async (id: string, vpcId: string, signal: AbortSignal): Promise<string | undefined> => {
    const command = new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [vpcId] },
        { Name: 'group-name', Values: [securityGroupName(id)] },
      ],
    });
    const { SecurityGroups = [] } = await calls.read(
      'DescribeSecurityGroups',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return SecurityGroups[0]?.GroupId;
  };

  const create = async ({ owner, vpcId }: SecurityGroupRequest, signal: AbortSignal): Promise<string> => {
    const command = new CreateSecurityGroupCommand({
      GroupName: securityGroupName(owner.id),
      Description: `Load balancer ${owner.id}`,
      VpcId: vpcId,
      TagSpecifications: [
        {
          ResourceType: 'security-group',
          Tags: platformTags({ stage, tenant: owner.tenant, name: owner.name, resource: owner.id }),
        },
      ],
    });
    try {
      const { GroupId } = await calls.attempt(
        'CreateSecurityGroup',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      if (GroupId) return GroupId;
    } catch (error) {
      if (codeOf(error) !== 'InvalidGroup.Duplicate') throw backendError(error, true);
      const found = await find(owner.id, vpcId, signal);
      if (found) return found;
    }
    throw new BackendError('not_yet', 'waiting for the security group to become visible');
  };

  const open = async (
    groupId: string,
    { port, from }: SecurityGroupRequest,
    signal: AbortSignal,
  ): Promise<void> => {
    const command = new AuthorizeSecurityGroupIngressCommand({
      GroupId: groupId,
      IpPermissions: [{ IpProtocol: 'tcp', FromPort: port, ToPort: port, IpRanges: [{ CidrIp: from }] }],
    });
    try {
      await calls.attempt(
        'AuthorizeSecurityGroupIngress',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
    } catch (error) {
      if (codeOf(error) !== 'InvalidPermission.Duplicate') throw backendError(error, true);
    }
  };

  return {
    find,

    async ensure(request: SecurityGroupRequest, signal: AbortSignal): Promise<string> {
      const groupId = await create(request, signal);
      await open(groupId, request, signal);
      return groupId;
    },

    async delete(groupId: string, signal: AbortSignal): Promise<void> {
      await deleteTagged(calls, 'security-group', groupId, signal);
    },
  };
};
