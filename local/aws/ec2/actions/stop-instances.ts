import type { StopInstancesRequest, StopInstancesResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { incorrectInstanceState } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll } from '../rules/lookup.ts';
import { stateChange } from '../rules/state-change.ts';
import type { InstanceRecord } from '../store/records.ts';

const checkStoppable = (instance: InstanceRecord): void => {
  if (!instance.hasRun)
    throw incorrectInstanceState(
      `Instance '${instance.id}' cannot be stopped as it has never reached the 'running' state.`,
    );
  if (instance.state === 'pending' || instance.state === 'shutting-down' || instance.state === 'terminated')
    throw incorrectInstanceState(
      `This instance '${instance.id}' is not in a state from which it can be stopped.`,
    );
  if (instance.disableApiStop)
    throw new AwsError(
      'OperationNotPermitted',
      `The instance '${instance.id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
    );
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export const stopInstances = defineAction<StopInstancesRequest, StopInstancesResult>({
  required: ['InstanceIds'],
  optional: ['Force', 'SkipOsShutdown'],
  perform({ InstanceIds: ids = [] }, call) {
    call.takeResources(ids.length);
    const changes = getAll(kinds.instance, ids, call).map((instance) => {
      const previous = instance.state;
      checkStoppable(instance);
      if (previous === 'running') call.lifecycle.stop(call.scope, instance);
      return stateChange(instance, previous);
    });
    return { StoppingInstances: changes };
  },
});
