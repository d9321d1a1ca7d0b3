import type {
  DescribeAccountLimitsInput,
  DescribeAccountLimitsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { maxGroupsPerAction } from '../rules/forward.ts';
import { pageOf } from '../rules/pages.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeAccountLimits.html */
export const describeAccountLimits = defineAction<DescribeAccountLimitsInput, DescribeAccountLimitsOutput>({
  optional: ['Marker', 'PageSize'],
  perform(request, { limits }) {
    const all = Object.entries({
      'application-load-balancers': limits.balancers,
      'target-groups': limits.targetGroups,
      'targets-per-application-load-balancer': limits.targetsPerBalancer,
      'listeners-per-application-load-balancer': limits.listenersPerBalancer,
      'target-groups-per-application-load-balancer': limits.targetGroupsPerBalancer,
      'target-groups-per-action-on-application-load-balancer': maxGroupsPerAction,
    }).map(([id, max]) => ({ id, max }));
    const { records, nextMarker } = pageOf(all, request);
    return { Limits: records.map(({ id, max }) => ({ Name: id, Max: String(max) })), NextMarker: nextMarker };
  },
});
