import type { TerminateInstancesRequest, TerminateInstancesResult } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { kinds } from '../rules/kinds.ts';
import { getAll } from '../rules/lookup.ts';
import { stateChange } from '../rules/state-change.ts';

/**
 * Terminating twice is no error.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html
 */
export const terminateInstances = defineAction<TerminateInstancesRequest, TerminateInstancesResult>({
  required: ['InstanceIds'],
  optional: ['Force', 'SkipOsShutdown'],
  perform({ InstanceIds: ids = [] }, call) {
    call.takeResources(ids.length);
    const instances = getAll(kinds.instance, ids, call);
    const isProtected = instances.find(({ disableApiTermination }) => disableApiTermination);
    if (isProtected)
      throw new AwsError(
        'OperationNotPermitted',
        `The instance '${isProtected.id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      );
    const changes = instances.map((instance) => {
      const previous = instance.state;
      if (previous !== 'terminated' && previous !== 'shutting-down')
        call.lifecycle.terminate(call.scope, instance);
      return stateChange(instance, previous);
    });
    return { TerminatingInstances: changes };
  },
});
