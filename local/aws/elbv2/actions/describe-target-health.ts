import type {
  DescribeTargetHealthInput,
  DescribeTargetHealthOutput,
  TargetHealth,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { getTargetGroup } from '../rules/lookup.ts';
import { namedTargets } from '../rules/targets.ts';

const notRegistered: TargetHealth = {
  State: 'unused',
  Reason: 'Target.NotRegistered',
  Description: 'Target is not registered to the target group',
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetHealth.html */
export const describeTargetHealth = defineAction<DescribeTargetHealthInput, DescribeTargetHealthOutput>({
  required: ['TargetGroupArn'],
  optional: ['Targets'],
  perform({ TargetGroupArn: arn, Targets: descriptions }, call) {
    const group = getTargetGroup(arn, call);
    const targets = descriptions
      ? namedTargets(descriptions, group)
      : call.targets.where('group_arn', group.id);
    return {
      TargetHealthDescriptions: targets.map(({ id, instanceId, port }) => {
        const target = call.targets.find(id);
        return {
          Target: { Id: instanceId, Port: port },
          HealthCheckPort: group.health.port === 'traffic-port' ? String(port) : group.health.port,
          TargetHealth: target ? call.dataPlane.healthOf(call.scope, target) : notRegistered,
        };
      }),
    };
  },
});
