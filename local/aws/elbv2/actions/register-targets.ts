import type { RegisterTargetsInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import type { Call } from '../engine/call.ts';
import { invalidTarget, limitReached } from '../rules/errors.ts';
import { getTargetGroup } from '../rules/lookup.ts';
import { namedTargets } from '../rules/targets.ts';
import type { TargetGroupRecord } from '../store/records.ts';

/** @throws InvalidTargetException naming all that are not there, of another VPC, or not running */
const checkInstances = (
  instanceIds: readonly string[],
  group: TargetGroupRecord,
  { ec2, scope }: Call,
): void => {
  const instances = instanceIds.map((id) => ({ id, instance: ec2.instance(scope, id) }));
  const refuse = (bad: typeof instances, problem: string): void => {
    if (bad.length > 0)
      throw invalidTarget(`The following targets ${problem}: '${bad.map(({ id }) => id).join(', ')}'`);
  };
  refuse(
    instances.filter(({ instance }) => !instance),
    'do not exist and cannot be registered',
  );
  refuse(
    instances.filter(({ instance }) => instance?.vpcId !== group.vpcId),
    `are not in the target group VPC '${group.vpcId}'`,
  );
  refuse(
    instances.filter(({ instance }) => instance?.state !== 'running'),
    'are not in a running state and cannot be registered',
  );
};

/**
 * Idempotent; what drains is taken back.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
 */
export const registerTargets = defineAction<RegisterTargetsInput, Record<string, never>>({
  required: ['TargetGroupArn', 'Targets'],
  perform({ TargetGroupArn: arn, Targets: descriptions = [] }, call) {
    const group = getTargetGroup(arn, call);
    const named = namedTargets(descriptions, group);
    checkInstances(
      named.map(({ instanceId }) => instanceId),
      group,
      call,
    );
    const before = new Map(call.targets.where('group_arn', group.id).map((target) => [target.id, target]));
    const added = named.filter(({ id }) => before.get(id)?.drainUntil !== undefined || !before.has(id));
    if (new Set([...before.keys(), ...named.map(({ id }) => id)]).size > call.limits.targetsPerTargetGroup)
      throw limitReached('TooManyTargetsException', 'targets per target group');
    for (const target of added) call.targets.put({ ...target, groupArn: group.id, registeredAt: call.now });
    return {};
  },
});
