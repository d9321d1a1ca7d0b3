import type { CreateRouteTableRequest, CreateRouteTableResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { usableBlocks } from '../network/vpc-blocks.ts';
import { newId } from '../rules/ids.ts';
import { kinds } from '../rules/kinds.ts';
import { getOne } from '../rules/lookup.ts';
import { parseTagSpecifications } from '../rules/tags.ts';
import { routeTableView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html */
export const createRouteTable = defineAction<CreateRouteTableRequest, CreateRouteTableResult>({
  required: ['VpcId'],
  optional: ['TagSpecifications'],
  perform({ VpcId: vpcId = '', TagSpecifications: specifications }, call) {
    const { 'route-table': tags = {} } = parseTagSpecifications(specifications, 'route-table');
    const vpc = getOne(kinds.vpc, vpcId, call);
    if (call.routeTables.where('vpc_id', vpcId).length >= call.limits.routeTablesPerVpc)
      throw new AwsError('RouteTableLimitExceeded', 'The maximum number of route tables has been reached.');
    const table = call.routeTables.put({
      id: newId('rtb'),
      vpcId,
      routes: usableBlocks(vpc).map((destination) => ({ destination, gatewayId: 'local' })),
      associations: [],
      tags,
      createdAt: call.now,
      visibleAt: call.visibleAt,
    });
    return { RouteTable: routeTableView(table, call) };
  },
});
