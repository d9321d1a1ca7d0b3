import { randomUUID } from 'node:crypto';
import type { Scope } from '../store/collection.ts';
import type { SnapshotRecord } from '../store/records.ts';
import type { Event } from './event-source.ts';

/**
 * What happened to a volume, and how it ended. Of attachments there are no events here: AWS documents only how failed
 * ones look, and tells of detaching through CloudTrail.
 */
export interface VolumeEvent {
  event: 'createVolume' | 'deleteVolume' | 'modifyVolume';
  result: 'available' | 'deleted' | 'optimizing' | 'completed';
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-cloud-watch-events.html#volume-events */
export const volumeNotification = (scope: Scope, volumeId: string, { event, result }: VolumeEvent): Event => {
  const [account, region] = scope.split('/');
  return {
    source: 'aws.ec2',
    detailType: 'EBS Volume Notification',
    resources: [`arn:aws:ec2:${region}:${account}:volume/${volumeId}`],
    detail: { result, cause: '', event, 'request-id': randomUUID() },
  };
};

/** `2026-01-01T00:00:00Z` */
const seconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

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
      'request-id': '',
      snapshot_id: arn,
      source: `arn:aws:ec2::${region}:volume/${snapshot.volumeId}`,
      startTime: seconds(snapshot.createdAt),
      endTime: seconds(snapshot.completedAt ?? snapshot.createdAt),
    },
  };
};
