import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { routeTableView } from '../views/network-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const describeRouteTables = defineAction<DescribeRouteTablesRequest, DescribeRouteTablesResult>({
  optional: ['RouteTableIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ RouteTableIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.routeTable,
      {
        ...request,
        ids,
        filters,
        fields: {
          'association.main': ({ associations }) =>
            associations.map(({ subnetId }) => subnetId === undefined),
          'association.route-table-association-id': ({ associations }) => associations.map(({ id }) => id),
          'association.subnet-id': ({ associations }) => associations.map(({ subnetId }) => subnetId),
          'owner-id': () => call.caller.account,
          'route.destination-cidr-block': ({ routes }) => routes.map(({ destination }) => destination),
          'route.gateway-id': ({ routes }) => routes.map(({ gatewayId }) => gatewayId),
          'route-table-id': ({ id }) => id,
          'vpc-id': ({ vpcId }) => vpcId,
        },
        page: { idsParameter: 'routeTableIds' },
      },
      call,
    );
    return { RouteTables: records.map((table) => routeTableView(table, call)), NextToken: nextToken };
  },
});
