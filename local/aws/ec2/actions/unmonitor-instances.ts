import type { UnmonitorInstancesRequest, UnmonitorInstancesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { setMonitoring } from '../rules/set-monitoring.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnmonitorInstances.html */
export const unmonitorInstances = defineAction<UnmonitorInstancesRequest, UnmonitorInstancesResult>({
  required: ['InstanceIds'],
  perform: ({ InstanceIds: ids = [] }, call) => ({ InstanceMonitorings: setMonitoring(ids, false, call) }),
});
