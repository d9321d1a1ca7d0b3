import type { DeleteSubnetRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Refused while an interface holds an address in it, which an instance's does until that is terminated.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html
 */
export const deleteSubnet = defineAction<DeleteSubnetRequest, Record<string, never>>({
  required: ['SubnetId'],
  perform({ SubnetId: id = '' }, call) {
    const subnet = getOne(kinds.subnet, id, call);
    if (call.addresses.isUsed(id))
      throw dependencyViolation(`The subnet '${id}' has dependencies and cannot be deleted.`);
    for (const table of call.routeTables.where('vpc_id', subnet.vpcId))
      if (table.associations.some(({ subnetId }) => subnetId === id))
        call.routeTables.put({
          ...table,
          associations: table.associations.filter(({ subnetId }) => subnetId !== id),
        });
    call.addresses.forget(id);
    call.subnets.delete(id);
    return {};
  },
});
