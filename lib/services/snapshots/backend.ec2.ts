import {
  CreateSnapshotCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandOutput,
  type EC2Client,
  type Filter,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls } from '../../platform/aws/ec2/calls.ts';
import { chunks } from '../../platform/aws/ec2/chunks.ts';
import { deleteTagged } from '../../platform/aws/ec2/delete-tagged.ts';
import { platformTags, tagKeys, tagOf } from '../../platform/aws/ec2/tags.ts';
import type { BlockSnapshot, BlockSnapshots } from './backend.ts';

export interface Ec2BlockSnapshotsOptions {
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html */
const maxValuesPerFilter = 200;

/** Those of a tier or a recovery that the platform never asks for count as failed. */
const states: Record<string, BlockSnapshot['state']> = { pending: 'pending', completed: 'completed' };

const snapshotOf = (snapshot: Snapshot): BlockSnapshot => ({
  id: snapshot.SnapshotId as string,
  state: states[snapshot.State ?? 'pending'] ?? 'error',
  size_gb: snapshot.VolumeSize,
  progress: snapshot.Progress || undefined,
  reason: snapshot.StateMessage || undefined,
});

const oldestFirst = (a: Snapshot, b: Snapshot): number =>
  Number(a.StartTime ?? 0) - Number(b.StartTime ?? 0) ||
  ((a.SnapshotId as string) < (b.SnapshotId as string) ? -1 : 1);

/** The BlockStorage port's snapshots on Amazon EBS. Only translates. */
export const createEc2BlockSnapshots = ({ ec2, budget, stage }: Ec2BlockSnapshotsOptions): BlockSnapshots => {
  const calls = createEc2Calls(ec2, budget);

  /** By filter, which knows no absent ids; of this account, for all public ones would be meant otherwise. */
  const describeWhere = async (
    name: string,
    values: readonly string[],
    signal: AbortSignal,
    more: Filter[] = [],
  ): Promise<Snapshot[]> => {
    const snapshots: Snapshot[] = [];
    for (const chunk of chunks([...new Set(values)], maxValuesPerFilter)) {
      let NextToken: string | undefined;
      do {
        const command = new DescribeSnapshotsCommand({
          OwnerIds: ['self'],
          Filters: [{ Name: name, Values: chunk }, ...more],
          NextToken,
        });
        const page: DescribeSnapshotsCommandOutput = await calls.read(
          'DescribeSnapshots',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        snapshots.push(...(page.Snapshots ?? []));
        NextToken = page.NextToken || undefined;
      } while (NextToken);
    }
    return snapshots;
  };

  return {
    async describe(snapshotIds, signal) {
      const snapshots = await describeWhere('snapshot-id', snapshotIds, signal);
      return new Map(snapshots.map((snapshot) => [snapshot.SnapshotId as string, snapshotOf(snapshot)]));
    },

    async findByRecord(recordIds, signal) {
      const ofStage = { Name: `tag:${tagKeys.stage}`, Values: [stage] };
      const snapshots = await describeWhere(`tag:${tagKeys.resource}`, recordIds, signal, [ofStage]);
      const found = Map.groupBy(
        snapshots.sort(oldestFirst),
        (snapshot) => tagOf(snapshot, tagKeys.resource) as string,
      );
      return new Map([...found].map(([id, ofRecord]) => [id, ofRecord.map(snapshotOf)]));
    },

    async create({ tenant, id, name, description, volumeId }, signal) {
      const command = new CreateSnapshotCommand({
        VolumeId: volumeId,
        Description: description,
        TagSpecifications: [
          { ResourceType: 'snapshot', Tags: platformTags({ stage, tenant, name, resource: id }) },
        ],
      });
      return snapshotOf(
        await calls.change(
          'CreateSnapshot',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        ),
      );
    },

    async delete(snapshotId, signal) {
      await deleteTagged(calls, 'snapshot', snapshotId, signal);
    },
  };
};
