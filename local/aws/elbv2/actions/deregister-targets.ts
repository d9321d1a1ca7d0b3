import type { DeregisterTargetsInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { getTargetGroup, listenersOfGroup } from '../rules/lookup.ts';
import { namedTargets } from '../rules/targets.ts';

/**
 * Targets that a listener forwards to drain first: requests under way go on until the group's delay is over. A target that
 * isn't registered is no error.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeregisterTargets.html
 */
export const deregisterTargets = defineAction<DeregisterTargetsInput, Record<string, never>>({
  required: ['TargetGroupArn', 'Targets'],
  perform({ TargetGroupArn: arn, Targets: descriptions = [] }, call) {
    const group = getTargetGroup(arn, call);
    const isForwardedTo = listenersOfGroup(group.id, call).length > 0;
    const delay = Number(group.attributes['deregistration_delay.timeout_seconds']) * 1_000;
    for (const { id } of namedTargets(descriptions, group)) {
      const target = call.targets.find(id);
      if (!target || target.drainUntil !== undefined) continue;
      if (isForwardedTo && delay > 0) call.targets.put({ ...target, drainUntil: call.now + delay });
      else call.targets.delete(id);
    }
    return {};
  },
});
