import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import { gp3GiB } from '../store/due.ts';
import type { VolumeRecord } from '../store/records.ts';

/**
 * https://docs.aws.amazon.com/general/latest/gr/ebs-service.html
 * @param before the volume as it counts so far, if it is there already
 * @throws VolumeLimitExceeded when the account's gp3 storage can't hold it
 */
export const checkStorage = (volume: VolumeRecord, before: VolumeRecord | undefined, call: Call): void => {
  const added = gp3GiB(volume) - (before ? gp3GiB(before) : 0);
  if (added > 0 && call.volumes.sum('gp3_gib') + added > call.limits.gp3TiB * 1_024)
    throw new AwsError(
      'VolumeLimitExceeded',
      `You have exceeded your maximum gp3 storage limit of ${call.limits.gp3TiB} TiB in this region. Please contact AWS Support to request an Elastic Block Store service limit increase.`,
    );
};
