import type { DescribeInstancesRequest, DescribeInstancesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { instanceFilters } from '../rules/instance-filters.ts';
import { kinds } from '../rules/kinds.ts';
import { reservationViews } from '../views/reservation-view.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export const describeInstances = defineAction<DescribeInstancesRequest, DescribeInstancesResult>({
  optional: ['InstanceIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ InstanceIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.instance,
      {
        ...request,
        ids,
        filters,
        fields: instanceFilters(call),
        page: { idsParameter: 'instancesSet' },
        indexed: { 'client-token': 'client_token', 'instance-id': 'id', 'reservation-id': 'reservation_id' },
      },
      call,
    );
    return { Reservations: reservationViews(records, call), NextToken: nextToken };
  },
});
