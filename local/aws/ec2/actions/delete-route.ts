import type { DeleteRouteRequest } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { invalidParameterValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
export const deleteRoute = defineAction<DeleteRouteRequest, Record<string, never>>({
  required: ['RouteTableId', 'DestinationCidrBlock'],
  perform({ RouteTableId: id = '', DestinationCidrBlock: cidr }, call) {
    const table = getOne(kinds.routeTable, id, call);
    const route = table.routes.find(({ destination }) => destination === cidr);
    if (!route)
      throw new AwsError(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${cidr} in route table ${id}`,
      );
    if (route.gatewayId === 'local')
      throw invalidParameterValue(`cannot remove local route ${cidr} in route table ${id}`);
    call.routeTables.put({ ...table, routes: table.routes.filter((other) => other !== route) });
    return {};
  },
});
