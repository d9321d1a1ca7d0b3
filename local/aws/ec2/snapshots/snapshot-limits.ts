import type { VolumeType } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import type { VolumeRecord } from '../store/records.ts';

/** Snapshots of one volume that may be pending together. https://docs.aws.amazon.com/general/latest/gr/ebs-service.html */
const concurrent: Partial<Record<VolumeType, number>> = {
  gp2: 5,
  gp3: 5,
  io1: 5,
  io2: 5,
  standard: 5,
  st1: 1,
  sc1: 1,
};

/** How long a volume rests between snapshots. */
const restMilliseconds = 15_000;

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 * @throws ConcurrentSnapshotLimitExceeded, SnapshotCreationPerVolumeRateExceeded, SnapshotLimitExceeded
 */
export const checkSnapshotLimits = (volume: VolumeRecord, call: Call): void => {
  const pending = call.snapshots
    .where('volume_id', volume.id)
    .filter(({ pendingUntil }) => pendingUntil !== undefined);
  if (pending.length >= (concurrent[volume.type] ?? 0))
    throw new AwsError(
      'ConcurrentSnapshotLimitExceeded',
      `Maximum allowed in-progress snapshots for a single volume exceeded.`,
    );
  const restsUntil = (volume.snapshottedAt ?? Number.NEGATIVE_INFINITY) + restMilliseconds;
  if (call.limits.restingVolumes && call.now < restsUntil)
    throw new AwsError(
      'SnapshotCreationPerVolumeRateExceeded',
      'The maximum per volume CreateSnapshot request rate has been exceeded. Use an increasing or variable sleep interval between requests.',
    );
  if (call.snapshots.count() >= call.limits.snapshots)
    throw new AwsError('SnapshotLimitExceeded', 'The maximum number of snapshots has been reached.');
};
