import type { DescribeVolumesRequest, DescribeVolumesResult, Volume } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import { toTagList } from '../rules/tags.ts';
import type { VolumeRecord } from '../store/records.ts';

const stateOf = ({ attachment }: VolumeRecord) => (attachment ? 'in-use' : 'available');

const view = (volume: VolumeRecord): Volume => ({
  VolumeId: volume.id,
  AvailabilityZone: volume.zone,
  CreateTime: new Date(volume.createdAt),
  Encrypted: volume.encrypted,
  Iops: volume.iops,
  KmsKeyId: volume.kmsKeyId,
  MultiAttachEnabled: false,
  Size: volume.sizeGiB,
  SnapshotId: volume.snapshotId ?? '',
  State: stateOf(volume),
  Throughput: volume.throughput,
  VolumeType: volume.type,
  Tags: toTagList(volume.tags),
  Attachments: volume.attachment
    ? [
        {
          AttachTime: new Date(volume.attachment.at),
          DeleteOnTermination: volume.attachment.deleteOnTermination,
          Device: volume.attachment.deviceName,
          InstanceId: volume.attachment.instanceId,
          State: 'attached',
          VolumeId: volume.id,
        },
      ]
    : [],
});

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
          'attachment.delete-on-termination': ({ attachment }) => attachment?.deleteOnTermination,
          'attachment.device': ({ attachment }) => attachment?.deviceName,
          'attachment.instance-id': ({ attachment }) => attachment?.instanceId,
          'attachment.status': ({ attachment }) => attachment && 'attached',
          'availability-zone': ({ zone }) => zone,
          encrypted: ({ encrypted }) => encrypted,
          size: ({ sizeGiB }) => sizeGiB,
          'snapshot-id': ({ snapshotId }) => snapshotId,
          status: stateOf,
          'volume-id': ({ id }) => id,
          'volume-type': ({ type }) => type,
        },
        page: { idsParameter: 'volumesSet' },
      },
      call,
    );
    return { Volumes: records.map(view), NextToken: nextToken };
  },
});
