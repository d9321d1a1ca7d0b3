import type { DescribeSnapshotsRequest, DescribeSnapshotsResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { invalidValue } from '../rules/errors.ts';
import { kinds } from '../rules/kinds.ts';
import { snapshotProgress, snapshotState, snapshotView } from '../views/snapshot-view.ts';

const checkOwner = (owner: string): void => {
  if (owner !== 'self' && owner !== 'amazon' && !/^\d{12}$/.test(owner))
    throw invalidValue(owner, 'owner', 'Expecting self, amazon or an account.');
};

/**
 * Public snapshots, which AWS lists when no owner is given, aren't there.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
 */
export const describeSnapshots = defineAction<DescribeSnapshotsRequest, DescribeSnapshotsResult>({
  optional: ['SnapshotIds', 'OwnerIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ SnapshotIds: ids, OwnerIds: owners = [], Filters: filters, ...request }, call) {
    const { account } = call.caller;
    for (const owner of owners) checkOwner(owner);
    const isOwn = owners.length === 0 || owners.includes('self') || owners.includes(account);
    const { records, nextToken } = describe(
      kinds.snapshot,
      {
        ...request,
        ids,
        filters,
        fields: {
          description: ({ description }) => description,
          encrypted: ({ encrypted }) => encrypted,
          'owner-id': () => account,
          progress: snapshotProgress,
          'snapshot-id': ({ id }) => id,
          'start-time': ({ createdAt }) => new Date(createdAt).toISOString(),
          status: snapshotState,
          'storage-tier': () => 'standard',
          'volume-id': ({ volumeId }) => volumeId,
          'volume-size': ({ sizeGiB }) => sizeGiB,
        },
        page: { idsParameter: 'snapshotIds' },
        indexed: { 'volume-id': 'volume_id', 'snapshot-id': 'id' },
        only: () => isOwn,
      },
      call,
    );
    return { Snapshots: records.map((snapshot) => snapshotView(snapshot, call)), NextToken: nextToken };
  },
});
