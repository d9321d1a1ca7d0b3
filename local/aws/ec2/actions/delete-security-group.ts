import type { DeleteSecurityGroupRequest, DeleteSecurityGroupResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { usesGroup } from '../network/interfaces.ts';
import { deleteGroup } from '../rules/delete-group.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Refused while an interface uses it, an instance's until that is terminated, or a rule of another group names it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
 */
export const deleteSecurityGroup = defineAction<DeleteSecurityGroupRequest, DeleteSecurityGroupResult>({
  required: ['GroupId'],
  perform({ GroupId: id = '' }, call) {
    const group = getOne(kinds.securityGroup, id, call);
    if (group.name === 'default')
      throw new AwsError(
        'CannotDelete',
        `the specified group: "${id}" name: "default" cannot be deleted by a user`,
      );
    const isUsed = usesGroup(id, call);
    const isNamed = call.rules.where('referenced_group_id', id).some(({ groupId }) => groupId !== id);
    if (isUsed || isNamed) throw dependencyViolation(`resource ${id} has a dependent object`);
    deleteGroup(id, call);
    return { Return: true, GroupId: id };
  },
});
