import { CloudError, invalid } from '../../platform/errors/index.ts';
import type { InstanceRecord } from '../instances/service.ts';
import type { VolumeRecord } from './record.ts';

/** @param path the field that names the volume. @throws CloudError `INVALID_INPUT` for one that is not AVAILABLE */
export const checkAvailable = (volume: VolumeRecord, path: string): void => {
  if (volume.status !== 'AVAILABLE')
    throw invalid(path, `the volume ${volume.name} is ${volume.status}, not AVAILABLE`);
};

/** @throws CloudError `CONFLICT` for an instance in `ERROR`, `INVALID_INPUT` for one in another zone */
export const checkHost = (volume: VolumeRecord, instance: InstanceRecord): void => {
  if (instance.status === 'ERROR')
    throw new CloudError('CONFLICT', 'the instance is in ERROR; no volume can be attached to it');
  if (instance.zone !== undefined && instance.zone !== volume.zone)
    throw invalid(
      'instance_id',
      `the instance lies in zone ${instance.zone}, the volume in zone ${volume.zone}: they must share one`,
    );
};

/** @throws CloudError `INVALID_INPUT` for a volume that an instance uses */
export const checkUnused = (volume: VolumeRecord): void => {
  if (volume.status === 'IN-USE')
    throw new CloudError(
      'INVALID_INPUT',
      `the volume is IN-USE by the instance ${volume.instance_id}; detach it or delete the instance first`,
    );
};
