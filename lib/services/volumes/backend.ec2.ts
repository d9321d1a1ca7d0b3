import {
  AttachVolumeCommand,
  CreateVolumeCommand,
  DescribeVolumesCommand,
  type DescribeVolumesCommandOutput,
  DetachVolumeCommand,
  type EC2Client,
  type Filter,
  ModifyVolumeCommand,
  type Volume,
} from '@aws-sdk/client-ec2';
import type { CallBudget } from '../../platform/aws/call-budget.ts';
import { createEc2Calls, type Ec2Calls } from '../../platform/aws/ec2/calls.ts';
import { chunks } from '../../platform/aws/ec2/chunks.ts';
import { deleteTagged, isAbsent } from '../../platform/aws/ec2/delete-tagged.ts';
import { backendError, codeOf } from '../../platform/aws/ec2/failures.ts';
import { platformTags, tagKeys, tagOf } from '../../platform/aws/ec2/tags.ts';
import { BackendError } from '../../platform/lifecycle/types.ts';
import type { BlockAttachment, BlockStorage, BlockVolume, BlockVolumeState } from './backend.ts';
import { volumeTypeNames } from './volume-types.ts';

export interface Ec2BlockStorageOptions {
  ec2: EC2Client;
  budget: CallBudget;
  stage: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html */
const maxValuesPerFilter = 200;

const volumeOf = (volume: Volume): BlockVolume => ({
  id: volume.VolumeId as string,
  state: (volume.State ?? 'creating') as BlockVolumeState,
  size_gb: volume.Size ?? 0,
  type: volumeTypeNames.find((name) => name === volume.VolumeType) ?? 'standard',
  iops: volume.Iops,
  throughput: volume.Throughput,
  attachments: (volume.Attachments ?? []).map((attachment) => ({
    machineId: attachment.InstanceId as string,
    device: attachment.Device as string,
    state: (attachment.State ?? 'attached') as BlockAttachment['state'],
  })),
});

/** By filter, which knows no absent ids, and never without one, which would mean all volumes of the account. */
const describeWhere = async (
  calls: Ec2Calls,
  [name, values]: readonly [name: string, values: readonly string[]],
  signal: AbortSignal,
  more: Filter[] = [],
): Promise<Volume[]> => {
  const volumes: Volume[] = [];
  for (const chunk of chunks([...new Set(values)], maxValuesPerFilter)) {
    let NextToken: string | undefined;
    do {
      const command = new DescribeVolumesCommand({
        Filters: [{ Name: name, Values: chunk }, ...more],
        NextToken,
      });
      const page: DescribeVolumesCommandOutput = await calls.read(
        'DescribeVolumes',
        (client) => client.send(command, { abortSignal: signal }),
        signal,
      );
      volumes.push(...(page.Volumes ?? []));
      NextToken = page.NextToken || undefined;
    } while (NextToken);
  }
  return volumes;
};

/** AWS has no code of its own for a device name that the volume before has not yet let go of. */
const deviceIsTaken = (error: unknown): boolean =>
  codeOf(error) === 'InvalidParameterValue' && /already in use/.test((error as Error).message);

/** The BlockStorage port on Amazon EBS. Only translates: which call comes next is the controller's matter. */
export const createEc2BlockStorage = ({ ec2, budget, stage }: Ec2BlockStorageOptions): BlockStorage => {
  const calls = createEc2Calls(ec2, budget);

  const findByRecord: BlockStorage['findByRecord'] = async (recordIds, signal) => {
    const ofStage = { Name: `tag:${tagKeys.stage}`, Values: [stage] };
    const tagged = [`tag:${tagKeys.resource}`, recordIds] as const;
    const volumes = await describeWhere(calls, tagged, signal, [ofStage]);
    return new Map(volumes.map((volume) => [tagOf(volume, tagKeys.resource) as string, volumeOf(volume)]));
  };

  return {
    async describe(volumeIds, signal) {
      const volumes = await describeWhere(calls, ['volume-id', volumeIds], signal);
      return new Map(volumes.map((volume) => [volume.VolumeId as string, volumeOf(volume)]));
    },

    findByRecord,

    async create({ tenant, id, name, zone, token, creation }, signal) {
      const command = new CreateVolumeCommand({
        ClientToken: token,
        AvailabilityZone: zone,
        Size: creation.size_gb,
        VolumeType: creation.type,
        Iops: creation.iops,
        Throughput: creation.throughput,
        SnapshotId: creation.source,
        Encrypted: true,
        TagSpecifications: [
          { ResourceType: 'volume', Tags: platformTags({ stage, tenant, name, resource: id }) },
        ],
      });
      try {
        return volumeOf(
          await calls.attempt(
            'CreateVolume',
            (client) => client.send(command, { abortSignal: signal }),
            signal,
          ),
        );
      } catch (error) {
        if (codeOf(error) !== 'IdempotentParameterMismatch') throw backendError(error, true);
        // The name, which is a tag, changed between two tries: the volume of the first is the one.
        const volume = (await findByRecord([id], signal)).get(id);
        if (volume) return volume;
        throw new BackendError('not_yet', 'waiting for the volume to become visible', error);
      }
    },

    async attach(volumeId, machineId, device, signal) {
      const command = new AttachVolumeCommand({
        VolumeId: volumeId,
        InstanceId: machineId,
        Device: device,
      });
      try {
        await calls.attempt(
          'AttachVolume',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
      } catch (error) {
        if (deviceIsTaken(error))
          throw new BackendError('not_yet', `waiting for ${device} to be let go of`, error);
        throw backendError(error, true);
      }
    },

    async detach(volumeId, machineId, signal) {
      const command = new DetachVolumeCommand({ VolumeId: volumeId, InstanceId: machineId });
      try {
        await calls.attempt(
          'DetachVolume',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
      } catch (error) {
        // Whether it is detached, or is on its way, the next look will tell.
        if (['InvalidAttachment.NotFound', 'IncorrectState'].includes(codeOf(error))) return;
        const volume = { calls, kind: 'volume', id: volumeId } as const;
        if (!(await isAbsent(error, 'InvalidVolume.NotFound', volume, signal)))
          throw backendError(error, true);
      }
    },

    async modify(volumeId, { size_gb, type, iops, throughput }, signal) {
      const command = new ModifyVolumeCommand({
        VolumeId: volumeId,
        Size: size_gb,
        VolumeType: type,
        Iops: iops,
        Throughput: throughput,
      });
      try {
        await calls.attempt(
          'ModifyVolume',
          (client) => client.send(command, { abortSignal: signal }),
          signal,
        );
        return 'asked';
      } catch (error) {
        const code = codeOf(error);
        if (code === 'VolumeModificationRateExceeded') return 'resting';
        // One is under way: this one, asked for a second time, or the one before.
        if (code === 'IncorrectModificationState') return 'asked';
        throw backendError(error, true);
      }
    },

    async delete(volumeId, signal) {
      await deleteTagged(calls, 'volume', volumeId, signal);
    },
  };
};
