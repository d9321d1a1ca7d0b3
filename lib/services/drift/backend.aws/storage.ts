import {
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  type Snapshot,
  type Volume,
} from '@aws-sdk/client-ec2';
import { tagKeys } from '../../../platform/aws/ec2/tags.ts';
import type { CloudThing } from '../backend.ts';
import { ownerOf, togetherOf } from './owner.ts';
import { type Ec2Source, ofStage, pageSize, pagesOf } from './pages.ts';

/** A root volume carries its machine's tags, and is the instance's. */
const volumeThing = (volume: Volume): CloudThing => ({
  kind: 'VOLUME',
  cloud_id: volume.VolumeId ?? '',
  owner: ownerOf(volume, ['VOLUME']) ?? ownerOf(volume, ['INSTANCE'], tagKeys.instance),
  together: togetherOf(volume, volume.Attachments?.[0]?.InstanceId),
  made_at: volume.CreateTime?.getTime(),
  is_ending: volume.State === 'deleting' || volume.State === 'deleted',
  facts: {
    state: volume.State,
    size_gb: volume.Size,
    type: volume.VolumeType,
    zone: volume.AvailabilityZone,
  },
});

export async function* volumePages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeVolumesCommand({ Filters: ofStage(stage), MaxResults: pageSize, NextToken });
    const output = await read(
      'DescribeVolumes',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return { things: output.Volumes, next: output.NextToken };
  });
  for await (const page of pages) yield page.map(volumeThing);
}

const snapshotThing = (snapshot: Snapshot): CloudThing => ({
  kind: 'SNAPSHOT',
  cloud_id: snapshot.SnapshotId ?? '',
  owner: ownerOf(snapshot, ['SNAPSHOT']),
  made_at: snapshot.StartTime?.getTime(),
  is_ending: false,
  facts: { state: snapshot.State, size_gb: snapshot.VolumeSize },
});

export async function* snapshotPages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeSnapshotsCommand({
      OwnerIds: ['self'],
      Filters: ofStage(stage),
      MaxResults: pageSize,
      NextToken,
    });
    const output = await read(
      'DescribeSnapshots',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return { things: output.Snapshots, next: output.NextToken };
  });
  for await (const page of pages) yield page.map(snapshotThing);
}
