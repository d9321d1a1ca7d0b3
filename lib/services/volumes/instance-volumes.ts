import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import type { InstanceRecord } from '../instances/service.ts';

/** https://docs.aws.amazon.com/ebs/latest/userguide/device_naming.html */
const devices = [...'fghijklmnopqrstuvwxyz'].map((letter) => `/dev/sd${letter}`);

/** As many as there are device names. */
export const maxVolumesPerInstance = devices.length;

/**
 * A device name that is free: the wanted one, or the first.
 * @throws CloudError `INVALID_INPUT` for one that is taken, `RESOURCE_LIMIT_EXCEEDED` where all are
 */
export const freeDevice = (taken: readonly { device: string }[], wanted?: string): string => {
  const isTaken = (device: string) => taken.some((one) => one.device === device);
  if (wanted !== undefined) {
    if (isTaken(wanted)) throw invalid('device', `${wanted} is taken by another volume of the instance`);
    return wanted;
  }
  const free = devices.find((device) => !isTaken(device));
  if (free) return free;
  throw new CloudError('RESOURCE_LIMIT_EXCEEDED', `an instance has at most ${maxVolumesPerInstance} volumes`);
};

/** An instance without one of its volumes, as a write for the transaction that takes it away. */
export const withoutVolume = (
  instances: Pick<ResourceStore<InstanceRecord>, 'plan'>,
  instance: InstanceRecord | undefined,
  volumeId: string,
): Write[] => {
  const volumes = instance?.volumes ?? [];
  const rest = volumes.filter(({ volume_id }) => volume_id !== volumeId);
  if (!instance || rest.length === volumes.length) return [];
  return [
    instances.plan(instance, rest.length > 0 ? { set: { volumes: rest } } : { remove: ['volumes'] }).write,
  ];
};
