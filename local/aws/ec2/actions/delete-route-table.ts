import type { DeleteRouteTableRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { dependencyViolation } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Refused while it is associated; the main table always is.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html
 */
export const deleteRouteTable = defineAction<DeleteRouteTableRequest, Record<string, never>>({
  required: ['RouteTableId'],
  perform({ RouteTableId: id = '' }, call) {
    if (getOne(kinds.routeTable, id, call).associations.length > 0)
      throw dependencyViolation(`The routeTable '${id}' has dependencies and cannot be deleted.`);
    call.routeTables.delete(id);
    return {};
  },
});
