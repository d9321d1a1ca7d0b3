import type { StartInstancesRequest, StartInstancesResult } from '@aws-sdk/client-ec2';
import { instanceTypes } from '../catalogue/instance-types.ts';
import { defineAction } from '../engine/action.ts';
import { checkVcpus } from '../launch/capacity.ts';
import { incorrectInstanceState } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll } from '../rules/lookup.ts';
import { stateChange } from '../rules/state-change.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export const startInstances = defineAction<StartInstancesRequest, StartInstancesResult>({
  required: ['InstanceIds'],
  perform({ InstanceIds: ids = [] }, call) {
    call.takeResources(ids.length);
    const changes = getAll(kinds.instance, ids, call).map((instance) => {
      const previous = instance.state;
      if (previous === 'stopped') {
        const type = instanceTypes.get(instance.instanceType);
        if (type) checkVcpus(type, 1, call);
        call.lifecycle.boot(call.scope, instance);
      } else if (previous !== 'pending' && previous !== 'running')
        throw incorrectInstanceState(
          `The instance '${instance.id}' is not in a state from which it can be started.`,
        );
      return stateChange(instance, previous);
    });
    return { StartingInstances: changes };
  },
});
