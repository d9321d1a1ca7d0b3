import type { CreateRouteRequest, CreateRouteResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { containsBlock, formatCidr, parseCidr } from '../rules/cidr.ts';
import { invalidParameterValue, invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';

/**
 * Routes to an internet gateway attached to the table's VPC.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html
 */
export const createRoute = defineAction<CreateRouteRequest, CreateRouteResult>({
  required: ['RouteTableId', 'DestinationCidrBlock', 'GatewayId'],
  perform({ RouteTableId: id = '', DestinationCidrBlock: cidr = '', GatewayId: gatewayId = '' }, call) {
    const table = getOne(kinds.routeTable, id, call);
    const block = parseCidr(cidr);
    if (!block) throw invalidValue(cidr, 'destinationCidrBlock', 'This is not a valid CIDR block.');
    const destination = formatCidr(block);
    const gateway = getOne(kinds.internetGateway, gatewayId, call);
    if (gateway.vpcId !== table.vpcId)
      throw invalidParameterValue(
        `route table ${id} and network gateway ${gatewayId} belong to different networks`,
      );
    const local = table.routes.find(({ gatewayId: to, destination: range }) => {
      const outer = to === 'local' ? parseCidr(range) : undefined;
      return outer && outer.prefix < block.prefix && containsBlock(outer, block);
    });
    if (local)
      throw invalidParameterValue(
        `The destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
      );
    const present = table.routes.find((route) => route.destination === destination);
    if (present && present.gatewayId !== gatewayId)
      throw new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`);
    if (!present && table.routes.length >= call.limits.routesPerRouteTable)
      throw new AwsError('RouteLimitExceeded', 'The maximum number of routes has been reached.');
    if (!present) call.routeTables.put({ ...table, routes: [...table.routes, { destination, gatewayId }] });
    return { Return: true };
  },
});
