import { DeleteSecurityGroupCommand, DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2';
import type { Ec2Calls } from './calls.ts';
import { backendError, codeOf } from './failures.ts';

const exists = async (calls: Ec2Calls, groupId: string, signal: AbortSignal): Promise<boolean> => {
  const command = new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [groupId] }] });
  const { SecurityGroups = [] } = await calls.read(
    'DescribeSecurityGroups',
    (client) => client.send(command, { abortSignal: signal }),
    signal,
  );
  return SecurityGroups.length > 0;
};

/**
 * Deletes a security group; one that is gone already is no error. What is gone has no tags, by which the right to delete
 * it is given: then EC2 says that it is forbidden, and not that it isn't there.
 *
 * @throws BackendError `not_yet` for one that is still used
 */
export const deleteGroup = async (calls: Ec2Calls, groupId: string, signal: AbortSignal): Promise<void> => {
  const command = new DeleteSecurityGroupCommand({ GroupId: groupId });
  try {
    await calls.attempt(
      'DeleteSecurityGroup',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
  } catch (error) {
    const code = codeOf(error);
    if (code === 'InvalidGroup.NotFound') return;
    if (code === 'UnauthorizedOperation' && !(await exists(calls, groupId, signal))) return;
    throw backendError(error, true);
  }
};
