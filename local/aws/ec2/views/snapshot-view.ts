import type { Snapshot } from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import { toTagList } from '../rules/tags.ts';
import type { SnapshotRecord } from '../store/records.ts';

export const snapshotState = ({ pendingUntil }: SnapshotRecord): 'pending' | 'completed' =>
  pendingUntil === undefined ? 'completed' : 'pending';

export const snapshotProgress = ({ pendingUntil }: SnapshotRecord): string =>
  pendingUntil === undefined ? '100%' : '0%';

export const snapshotView = (snapshot: SnapshotRecord, call: Call): Snapshot => ({
  SnapshotId: snapshot.id,
  OwnerId: call.caller.account,
  VolumeId: snapshot.volumeId,
  VolumeSize: snapshot.sizeGiB,
  Description: snapshot.description,
  Encrypted: snapshot.encrypted,
  KmsKeyId: snapshot.kmsKeyId,
  State: snapshotState(snapshot),
  Progress: snapshotProgress(snapshot),
  StartTime: new Date(snapshot.createdAt),
  CompletionTime: snapshot.completedAt === undefined ? undefined : new Date(snapshot.completedAt),
  StorageTier: 'standard',
  Tags: toTagList(snapshot.tags),
});
