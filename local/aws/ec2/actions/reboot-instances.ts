import type { RebootInstancesRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { incorrectInstanceState } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll } from '../rules/lookup.ts';

/**
 * The instance stays `running` and no event tells of it; only its console shows the new boot.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html
 */
export const rebootInstances = defineAction<RebootInstancesRequest, Record<string, never>>({
  required: ['InstanceIds'],
  perform({ InstanceIds: ids = [] }, call) {
    for (const instance of getAll(kinds.instance, ids, call)) {
      if (instance.state !== 'running')
        throw incorrectInstanceState(
          `The instance '${instance.id}' is not in a state from which it can be rebooted.`,
        );
      call.lifecycle.reboot(call.scope, instance);
    }
    return {};
  },
});
