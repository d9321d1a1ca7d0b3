import type { Scope } from '../store/collection.ts';
import type { SnapshotRecord } from '../store/records.ts';
import type { Event } from './event-source.ts';

/** What happened to a volume, and how it ended. */
export interface VolumeEvent {
  event: 'createVolume' | 'deleteVolume' | 'attachVolume' | 'detachVolume' | 'modifyVolume';
  result: 'available' | 'deleted' | 'attached' | 'detached' | 'optimizing' | 'completed';
}

const requestId = () => crypto.randomUUID();

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html#volume-events */
export const volumeNotification = (scope: Scope, volumeId: string, { event, result }: VolumeEvent): Event => {
  const [account, region] = scope.split('/');
  return {
    source: 'aws.ec2',
    detailType: 'EBS Volume Notification',
    resources: [`arn:aws:ec2:${region}:${account}:volume/${volumeId}`],
    detail: { result, cause: '', event, 'request-id': requestId() },
  };
};

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html#snapshot-events */
export const snapshotNotification = (scope: Scope, snapshot: SnapshotRecord): Event => {
  const region = scope.split('/')[1];
  const arn = `arn:aws:ec2::${region}:snapshot/${snapshot.id}`;
  return {
    source: 'aws.ec2',
    detailType: 'EBS Snapshot Notification',
    resources: [arn],
    detail: {
      event: 'createSnapshot',
      result: 'succeeded',
      cause: '',
      'request-id': requestId(),
      snapshot_id: arn,
      source: `arn:aws:ec2::${region}:volume/${snapshot.volumeId}`,
      startTime: new Date(snapshot.createdAt).toISOString(),
      endTime: new Date(snapshot.completedAt ?? snapshot.createdAt).toISOString(),
    },
  };
};
