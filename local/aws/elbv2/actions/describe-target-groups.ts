import type {
  DescribeTargetGroupsInput,
  DescribeTargetGroupsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { validationError } from '../rules/errors.ts';
import { getBalancer, getTargetGroup, targetGroupNotFound } from '../rules/lookup.ts';
import { pageOf } from '../rules/pages.ts';
import type { TargetGroupRecord } from '../store/records.ts';
import { targetGroupView } from '../views/target-group-view.ts';

const ofBalancer = (arn: string, call: Call): TargetGroupRecord[] => {
  const { id } = getBalancer(arn, call);
  const forwarded = new Set(
    call.listeners
      .where('balancer_arn', id)
      .flatMap(({ forward }) => forward.map(({ targetGroupArn }) => targetGroupArn)),
  );
  return [...forwarded].map((groupArn) => getTargetGroup(groupArn, call));
};

const byName = (name: string, call: Call): TargetGroupRecord => {
  const [group] = call.groups.where('name', name);
  if (!group) throw targetGroupNotFound();
  return group;
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTargetGroups.html */
export const describeTargetGroups = defineAction<DescribeTargetGroupsInput, DescribeTargetGroupsOutput>({
  optional: ['LoadBalancerArn', 'Marker', 'Names', 'PageSize', 'TargetGroupArns'],
  perform({ LoadBalancerArn: balancerArn, TargetGroupArns: arns = [], Names: names = [], ...request }, call) {
    const ways = [balancerArn !== undefined, arns.length > 0, names.length > 0].filter(Boolean).length;
    if (ways > 1)
      throw validationError(
        'Target group names, target group ARNs and a load balancer ARN cannot be specified at the same time',
      );
    const chosen = (): TargetGroupRecord[] => {
      if (balancerArn !== undefined) return ofBalancer(balancerArn, call);
      if (ways === 0) return call.groups.list();
      return [...arns.map((arn) => getTargetGroup(arn, call)), ...names.map((name) => byName(name, call))];
    };
    const { records, nextMarker } = pageOf(chosen(), request);
    return { TargetGroups: records.map((group) => targetGroupView(group, call)), NextMarker: nextMarker };
  },
});
