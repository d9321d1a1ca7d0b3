import type { DisassociateRouteTableRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { invalidParameterValue } from '../rules/errors.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
export const disassociateRouteTable = defineAction<DisassociateRouteTableRequest, Record<string, never>>({
  required: ['AssociationId'],
  perform({ AssociationId: id }, call) {
    for (const table of call.routeTables.list()) {
      const association = table.associations.find((one) => one.id === id);
      if (!association) continue;
      if (association.subnetId === undefined)
        throw invalidParameterValue(`cannot disassociate the main route table association ${id}`);
      call.routeTables.put({
        ...table,
        associations: table.associations.filter((one) => one !== association),
      });
      return {};
    }
    throw new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`);
  },
});
