import type { DescribeVolumesRequest, DescribeVolumesResult } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { volumeView } from '../views/volume-view.ts';
import { attachmentState, volumeState } from '../volumes/volume-state.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
export const describeVolumes = defineAction<DescribeVolumesRequest, DescribeVolumesResult>({
  optional: ['VolumeIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ VolumeIds: ids, Filters: filters, ...request }, call) {
    const { records, nextToken } = describe(
      kinds.volume,
      {
        ...request,
        ids,
        filters,
        fields: {
          'attachment.attach-time': ({ attachment }) => attachment && new Date(attachment.at).toISOString(),
          'attachment.delete-on-termination': ({ attachment }) => attachment?.deleteOnTermination,
          'attachment.device': ({ attachment }) => attachment?.deviceName,
          'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
          'attachment.status': ({ attachment }) => attachment && attachmentState(attachment),
          'availability-zone': ({ zone }) => zone,
          'create-time': ({ createdAt }) => new Date(createdAt).toISOString(),
          encrypted: ({ encrypted }) => encrypted,
          size: ({ sizeGiB }) => sizeGiB,
          'snapshot-id': ({ snapshotId }) => snapshotId,
          status: volumeState,
          'volume-id': ({ id }) => id,
          'volume-type': ({ type }) => type,
        },
        page: { idsParameter: 'volumesSet' },
        indexed: { 'volume-id': 'id' },
      },
      call,
    );
    return { Volumes: records.map((volume) => volumeView(volume, call)), NextToken: nextToken };
  },
});
