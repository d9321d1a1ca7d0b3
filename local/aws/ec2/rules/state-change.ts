import type { InstanceStateChange, InstanceStateName } from '@aws-sdk/client-ec2';
import type { InstanceRecord } from '../store/records.ts';
import { instanceState } from '../views/instance-view.ts';

export const stateChange = (instance: InstanceRecord, previous: InstanceStateName): InstanceStateChange => ({
  InstanceId: instance.id,
  CurrentState: instanceState(instance.state),
  PreviousState: instanceState(previous),
});
