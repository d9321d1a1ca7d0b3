import type { AssociateRouteTableRequest, AssociateRouteTableResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { invalidParameterValue } from '../rules/errors.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * A subnet has at most one table of its own; the same association again answers the first one.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
 */
export const associateRouteTable = defineAction<AssociateRouteTableRequest, AssociateRouteTableResult>({
  required: ['RouteTableId', 'SubnetId'],
  perform({ RouteTableId: id = '', SubnetId: subnetId = '' }, call) {
    const table = getOne(kinds.routeTable, id, call);
    const subnet = getOne(kinds.subnet, subnetId, call);
    if (subnet.vpcId !== table.vpcId)
      throw invalidParameterValue(`route table ${id} and subnet ${subnetId} belong to different networks`);
    for (const other of call.routeTables.where('vpc_id', table.vpcId)) {
      const association = other.associations.find((one) => one.subnetId === subnetId);
      if (association && other.id !== id)
        throw new AwsError(
          'Resource.AlreadyAssociated',
          `the specified association for route table ${id} conflicts with an existing association`,
        );
      if (association) return { AssociationId: association.id, AssociationState: { State: 'associated' } };
    }
    const association = { id: newId('rtbassoc'), subnetId };
    call.routeTables.put({ ...table, associations: [...table.associations, association] });
    return { AssociationId: association.id, AssociationState: { State: 'associated' } };
  },
});
