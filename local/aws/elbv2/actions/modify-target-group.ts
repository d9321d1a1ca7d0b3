import type {
  ModifyTargetGroupInput,
  ModifyTargetGroupOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { changedHealthCheck, healthCheckParameters } from '../rules/health-check.ts';
import { getTargetGroup } from '../rules/lookup.ts';
import { targetGroupView } from '../views/target-group-view.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ModifyTargetGroup.html */
export const modifyTargetGroup = defineAction<ModifyTargetGroupInput, ModifyTargetGroupOutput>({
  required: ['TargetGroupArn'],
  optional: healthCheckParameters,
  perform(input, call) {
    const group = getTargetGroup(input.TargetGroupArn, call);
    const changed = call.groups.put({ ...group, health: changedHealthCheck(group.health, input) });
    return { TargetGroups: [targetGroupView(changed, call)] };
  },
});
