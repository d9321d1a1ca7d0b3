import type { DeleteTargetGroupInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { listenersOfGroup } from '../rules/lookup.ts';

/**
 * Deregisters what is in it. One that isn't there is no error.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html
 */
export const deleteTargetGroup = defineAction<DeleteTargetGroupInput, Record<string, never>>({
  required: ['TargetGroupArn'],
  perform({ TargetGroupArn: arn = '' }, call) {
    if (listenersOfGroup(arn, call).length > 0)
      throw new AwsError(
        'ResourceInUseException',
        `Target group '${arn}' is currently in use by a listener or a rule`,
      );
    for (const { id } of call.targets.where('group_arn', arn)) call.targets.delete(id);
    call.groups.delete(arn);
    return {};
  },
});
