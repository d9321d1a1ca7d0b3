import type {
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult,
} from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import { defineAction } from '../engine/action.ts';
import { describe } from '../rules/describe.ts';
import { kinds } from '../rules/kinds.ts';
import type { VolumeModification, VolumeRecord } from '../store/records.ts';
import { modificationView } from '../views/volume-view.ts';

type Field = (modification: VolumeModification) => string | number | undefined;

const of =
  (field: Field) =>
  ({ modification }: VolumeRecord) =>
    modification && field(modification);

/**
 * The newest modification of each volume that has had one.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumesModifications.html
 */
export const describeVolumesModifications = defineAction<
  DescribeVolumesModificationsRequest,
  DescribeVolumesModificationsResult
>({
  optional: ['VolumeIds', 'Filters', 'MaxResults', 'NextToken'],
  perform({ VolumeIds: ids, Filters: filters = [], ...request }, call) {
    const { records, nextToken } = describe(
      kinds.volume,
      {
        ...request,
        ids,
        filters,
        fields: {
          'modification-state': of(({ state }) => state),
          'original-iops': of(({ from }) => from.iops),
          'original-size': of(({ from }) => from.sizeGiB),
          'original-volume-type': of(({ from }) => from.type),
          'start-time': of(({ startedAt }) => new Date(startedAt).toISOString()),
          'target-iops': of(({ to }) => to.iops),
          'target-size': of(({ to }) => to.sizeGiB),
          'target-volume-type': of(({ to }) => to.type),
          'volume-id': ({ id }) => id,
        },
        page: { idsParameter: 'volumesSet', min: 1, max: 500 },
        only: ({ modification }) => modification !== undefined,
      },
      call,
    );
    const unmodified = (ids ?? []).find((id) => !call.volumes.find(id)?.modification);
    if (unmodified)
      throw new AwsError(
        'InvalidVolumeModification.NotFound',
        `Modification for volume '${unmodified}' does not exist.`,
      );
    return {
      VolumesModifications: records.flatMap(({ id, modification }) =>
        modification ? [modificationView(id, modification)] : [],
      ),
      NextToken: nextToken,
    };
  },
});
