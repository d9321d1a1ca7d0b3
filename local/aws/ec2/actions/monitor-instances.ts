import type { MonitorInstancesRequest, MonitorInstancesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { setMonitoring } from '../rules/set-monitoring.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_MonitorInstances.html */
export const monitorInstances = defineAction<MonitorInstancesRequest, MonitorInstancesResult>({
  required: ['InstanceIds'],
  perform: ({ InstanceIds: ids = [] }, call) => ({ InstanceMonitorings: setMonitoring(ids, true, call) }),
});
