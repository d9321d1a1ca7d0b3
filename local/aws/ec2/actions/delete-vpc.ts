import type { DeleteVpcRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { deleteGroup } from '../rules/delete-group.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Takes the main route table and the default security group with it; anything else in the VPC forbids it.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html
 */
export const deleteVpc = defineAction<DeleteVpcRequest, Record<string, never>>({
  required: ['VpcId'],
  perform({ VpcId: id = '' }, call) {
    getOne(kinds.vpc, id, call);
    const groups = call.groups.where('vpc_id', id);
    const tables = call.routeTables.where('vpc_id', id);
    const isMain = ({ associations }: (typeof tables)[number]) =>
      associations.some(({ subnetId }) => subnetId === undefined);
    if (
      call.subnets.where('vpc_id', id).length > 0 ||
      call.gateways.where('vpc_id', id).length > 0 ||
      groups.some(({ name }) => name !== 'default') ||
      tables.some((table) => !isMain(table))
    )
      throw dependencyViolation(`The vpc '${id}' has dependencies and cannot be deleted.`);
    for (const group of groups) deleteGroup(group.id, call);
    for (const table of tables) call.routeTables.delete(table.id);
    call.vpcs.delete(id);
    return {};
  },
});
