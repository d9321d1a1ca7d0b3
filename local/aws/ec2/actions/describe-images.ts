import type { DescribeImagesRequest, DescribeImagesResult, Image } from '@aws-sdk/client-ec2';
import { type ImageSpec, images } from '../catalogue/images.ts';
import { defineAction } from '../engine/action.ts';
import { getImage } from '../launch/image.ts';
import { compileFilters } from '../rules/filters.ts';
import { paginate } from '../rules/pagination.ts';

/** The day on which the stand-in's images were made. */
const created = '2025-11-10T00:00:00.000Z';

const view = (image: ImageSpec): Image => ({
  ImageId: image.id,
  Name: image.name,
  Description: image.description,
  Architecture: image.architecture,
  BlockDeviceMappings: [
    {
      DeviceName: image.rootDeviceName,
      Ebs: {
        DeleteOnTermination: true,
        Encrypted: false,
        Iops: 3_000,
        SnapshotId: image.snapshotId,
        Throughput: 125,
        VolumeSize: image.sizeGiB,
        VolumeType: 'gp3',
      },
    },
  ],
  BootMode: image.architecture === 'arm64' ? 'uefi' : 'uefi-preferred',
  CreationDate: created,
  EnaSupport: true,
  Hypervisor: 'xen',
  ImageLocation: `${image.ownerAlias ?? image.ownerId}/${image.name}`,
  ImageOwnerAlias: image.ownerAlias,
  ImageType: 'machine',
  ImdsSupport: image.requiresImdsV2 ? 'v2.0' : undefined,
  OwnerId: image.ownerId,
  PlatformDetails: 'Linux/UNIX',
  Public: true,
  RootDeviceName: image.rootDeviceName,
  RootDeviceType: 'ebs',
  SriovNetSupport: 'simple',
  State: 'available',
  UsageOperation: 'RunInstances',
  VirtualizationType: 'hvm',
});

const isOwnedBy = (image: ImageSpec, owners: string[] | undefined): boolean =>
  !owners?.length || owners.includes(image.ownerId) || owners.includes(image.ownerAlias ?? '-');

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
export const describeImages = defineAction<DescribeImagesRequest, DescribeImagesResult>({
  optional: ['ImageIds', 'Owners', 'Filters', 'IncludeDeprecated', 'MaxResults', 'NextToken'],
  perform({ ImageIds: ids, Owners: owners, Filters: filters, IncludeDeprecated: _, ...request }) {
    const candidates = ids?.length ? ids.map(getImage) : [...images.values()];
    const matches = compileFilters<ImageSpec & { tags: Record<string, string> }>(filters, {
      architecture: ({ architecture }) => architecture,
      description: ({ description }) => description,
      'image-id': ({ id }) => id,
      'image-type': () => 'machine',
      'is-public': () => true,
      name: ({ name }) => name,
      'owner-alias': ({ ownerAlias }) => ownerAlias,
      'owner-id': ({ ownerId }) => ownerId,
      'root-device-name': ({ rootDeviceName }) => rootDeviceName,
      'root-device-type': () => 'ebs',
      state: () => 'available',
      'virtualization-type': () => 'hvm',
    });
    const found = candidates.filter((image) => isOwnedBy(image, owners) && matches({ ...image, tags: {} }));
    const { records, nextToken } = paginate(found, request, Boolean(ids?.length), {
      idsParameter: 'imagesSet',
      min: 1,
    });
    return { Images: records.map(view), NextToken: nextToken };
  },
});
