import { randomUUID } from 'node:crypto';
import { DescribeVolumesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unlimited } from '../../../lib/platform/aws/call-budget.ts';
import { BackendError } from '../../../lib/platform/lifecycle/types.ts';
import { createEc2BlockSnapshots } from '../../../lib/services/snapshots/backend.ec2.ts';
import type { BlockSnapshots } from '../../../lib/services/snapshots/backend.ts';
import { createEc2BlockStorage } from '../../../lib/services/volumes/backend.ec2.ts';
import type { BlockStorage, BlockVolume, CreateRequest } from '../../../lib/services/volumes/backend.ts';
import { publicParameters } from '../../../local/aws/ec2/index.ts';
import { eventually } from '../../support/eventually.ts';
import type { Cloud } from '../compute/cloud.ts';

const signal = new AbortController().signal;
const ami = publicParameters['/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'];

/** A request for a volume of a tenant of its own. */
const request = (zone: string, change: Partial<CreateRequest['creation']> = {}): CreateRequest => {
  const id = randomUUID();
  const creation = { size_gb: 2, type: 'gp3' as const, iops: 3_000, throughput: 125, ...change };
  return { tenant: randomUUID(), id, name: 'data', zone, token: `${id}-1`, creation };
};

/** What the BlockStorage port promises, wherever EC2 answers. */
export const storageSuite = (name: string, start: () => Promise<Cloud>): void => {
  describe(`the BlockStorage port on ${name}`, () => {
    let cloud: Cloud;
    let storage: BlockStorage;
    let snapshots: BlockSnapshots;
    let zone: string;

    beforeAll(async () => {
      cloud = await start();
      const aws = { ec2: cloud.ec2, budget: unlimited, stage: 'conformance' };
      storage = createEc2BlockStorage(aws);
      snapshots = createEc2BlockSnapshots(aws);
      zone = cloud.subnets[0]?.zone as string;
    });
    afterAll(() => cloud?.stop());

    const until = (id: string, is: (volume: BlockVolume) => boolean): Promise<BlockVolume> =>
      eventually(`volume ${id}`, async () => {
        const volume = (await storage.describe([id], signal)).get(id);
        return volume !== undefined && is(volume) && volume;
      });
    const made = async (change?: Partial<CreateRequest['creation']>, wanted = request(zone, change)) => {
      const { id } = await storage.create(wanted, signal);
      await until(id, ({ state }) => state === 'available');
      return { id, wanted };
    };
    const machine = async (): Promise<string> => {
      const { Instances } = await cloud.ec2.send(
        new RunInstancesCommand({
          ImageId: ami,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          SubnetId: cloud.subnets[0]?.subnetId,
        }),
      );
      return Instances?.[0]?.InstanceId as string;
    };
    const attachWhenRunning = (volumeId: string, machineId: string) =>
      eventually('the machine takes the volume', async () => {
        try {
          await storage.attach(volumeId, machineId, '/dev/sdf', signal);
          return true;
        } catch (error) {
          if (error instanceof BackendError && error.failure === 'not_yet') return false;
          throw error;
        }
      });

    it('makes an encrypted volume with its tags, and finds it by its record', async () => {
      const { id, wanted } = await made();
      const { Volumes = [] } = await cloud.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }));
      expect(Volumes[0]).toMatchObject({
        Encrypted: true,
        Size: 2,
        VolumeType: 'gp3',
        AvailabilityZone: zone,
      });
      const tags = Object.fromEntries((Volumes[0]?.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
      expect(tags).toEqual({
        Name: 'data',
        'thecloud:stage': 'conformance',
        'thecloud:tenant': wanted.tenant,
        'thecloud:resource': wanted.id,
      });
      expect((await storage.findByRecord([wanted.id, randomUUID()], signal)).get(wanted.id)?.id).toBe(id);
    });

    it('knows nothing of what is absent, and describes nothing where nothing is asked for', async () => {
      expect(await storage.describe(['vol-0123456789abcdef0'], signal)).toEqual(new Map());
      expect(await storage.describe([], signal)).toEqual(new Map());
      expect(await snapshots.describe([], signal)).toEqual(new Map());
      expect(await snapshots.findByRecord([randomUUID()], signal)).toEqual(new Map());
    });

    it('attaches to a machine and detaches from it, and a repeat of the detaching does no harm', async () => {
      const [{ id }, machineId] = [await made(), await machine()];
      await attachWhenRunning(id, machineId);
      const attached = await until(id, ({ attachments }) => attachments[0]?.state === 'attached');
      expect(attached).toMatchObject({ state: 'in-use', attachments: [{ machineId, device: '/dev/sdf' }] });
      await storage.detach(id, machineId, signal);
      await storage.detach(id, machineId, signal);
      await until(id, ({ state }) => state === 'available');
    });

    it('lets a volume grow', async () => {
      const { id } = await made();
      const shape = { size_gb: 4, type: 'gp3' as const, iops: 3_000, throughput: 125 };
      expect(await storage.modify(id, shape, signal)).toBe('asked');
      expect(await until(id, ({ size_gb }) => size_gb === 4)).toMatchObject({ size_gb: 4 });
    });

    it('deletes a volume, and one that is gone already', async () => {
      const { id } = await made();
      await storage.delete(id, signal);
      await eventually('it is gone', async () => {
        const volume = (await storage.describe([id], signal)).get(id);
        return !volume || volume.state === 'deleted';
      });
      await storage.delete(id, signal);
    });

    it('copies a volume, finds the copy by its record, makes a volume of it, and deletes it', async () => {
      const { id: volumeId, wanted } = await made();
      const copy = { tenant: wanted.tenant, id: randomUUID(), name: 'data', description: 'one', volumeId };
      const { id } = await snapshots.create(copy, signal);
      await eventually('the copy is complete', async () => {
        const snapshot = (await snapshots.describe([id], signal)).get(id);
        return snapshot?.state === 'completed' && snapshot;
      });
      const found = await snapshots.findByRecord([copy.id], signal);
      expect(found.get(copy.id)).toMatchObject([{ id, size_gb: wanted.creation.size_gb }]);
      await made({ size_gb: 3, source: id });
      await snapshots.delete(id, signal);
      expect((await snapshots.describe([id], signal)).get(id)).toBeUndefined();
      await snapshots.delete(id, signal);
    });
  });
};
