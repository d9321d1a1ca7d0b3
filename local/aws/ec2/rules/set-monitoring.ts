import type { InstanceMonitoring } from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import { kinds } from './kinds.ts';
import { getAll } from './lookup.ts';

/** Switches detailed monitoring of instances. @throws InvalidInstanceID.NotFound, InvalidInstanceID.Malformed */
export const setMonitoring = (ids: string[], monitoring: boolean, call: Call): InstanceMonitoring[] =>
  getAll(kinds.instance, ids, call).map((instance) => {
    const monitoringSince = monitoring ? (instance.monitoringSince ?? call.now) : undefined;
    call.instances.put({ ...instance, monitoring, monitoringSince });
    return { InstanceId: instance.id, Monitoring: { State: monitoring ? 'enabled' : 'disabled' } };
  });
