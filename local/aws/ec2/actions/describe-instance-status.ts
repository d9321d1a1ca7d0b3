import type {
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
  InstanceStatus,
  InstanceStatusSummary,
} from '@aws-sdk/client-ec2';
import { zonesOf } from '../catalogue/zones.ts';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import type { InstanceRecord } from '../store/records.ts';
import { instanceState } from '../views/instance-view.ts';

/** The checks pass as long again after `running` as the boot took. */
const summaryOf = (instance: InstanceRecord, now: number): InstanceStatusSummary => {
  const boot = instance.boots.at(-1);
  if (instance.state !== 'running' || !boot) return { Status: 'not-applicable', Details: [] };
  const passed = now >= boot.at + 2 * boot.milliseconds;
  return {
    Status: passed ? 'ok' : 'initializing',
    Details: [{ Name: 'reachability', Status: passed ? 'passed' : 'initializing' }],
  };
};

const view = (instance: InstanceRecord, call: Call): InstanceStatus => ({
  InstanceId: instance.id,
  InstanceState: instanceState(instance.state),
  AvailabilityZone: instance.zone,
  AvailabilityZoneId: zonesOf(call.caller.region).find(({ name }) => name === instance.zone)?.id,
  Events: [],
  InstanceStatus: summaryOf(instance, call.now),
  SystemStatus: summaryOf(instance, call.now),
});

/**
 * Only running instances unless all are asked for.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html
 */
export const describeInstanceStatus = defineAction<
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult
>({
  optional: ['InstanceIds', 'Filters', 'IncludeAllInstances', 'MaxResults', 'NextToken'],
  perform({ InstanceIds: ids, Filters: filters, IncludeAllInstances: all, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.instance,
      {
        ...request,
        ids,
        filters: all ? filters : [...(filters ?? []), { Name: 'instance-state-name', Values: ['running'] }],
        fields: {
          'availability-zone': ({ zone }) => zone,
          'instance-state-code': ({ state }) => instanceState(state).Code,
          'instance-state-name': ({ state }) => state,
          'instance-status.status': (instance) => summaryOf(instance, call.now).Status,
          'system-status.status': (instance) => summaryOf(instance, call.now).Status,
        },
        page: { idsParameter: 'instancesSet' },
      },
      call,
    );
    return { InstanceStatuses: records.map((instance) => view(instance, call)), NextToken: nextToken };
  },
});
