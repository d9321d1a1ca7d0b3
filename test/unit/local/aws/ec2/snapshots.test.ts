import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  type CreateSnapshotCommandInput,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteSnapshotCommand,
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandInput,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, type HarnessOptions, launch, makeNetwork, startEc2 } from './harness.ts';

let ec2: Ec2;
let volumeId: string;

const start = async (options: HarnessOptions = {}) => {
  ec2 = startEc2({ visibilityDelayMilliseconds: 0, ...options });
  volumeId = await makeVolume();
  ec2.timers.advance(100);
};
beforeEach(() => start());

const makeVolume = async (changes: Partial<CreateVolumeCommandInput> = {}) =>
  (
    await ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', VolumeType: 'gp3', Size: 10, ...changes }),
    )
  ).VolumeId ?? '';

const create = async (changes: Partial<CreateSnapshotCommandInput> = {}) =>
  (await ec2.send(new CreateSnapshotCommand({ VolumeId: volumeId, ...changes }))).SnapshotId ?? '';

const list = async (input: DescribeSnapshotsCommandInput = {}) =>
  (await ec2.send(new DescribeSnapshotsCommand(input))).Snapshots ?? [];

describe('a snapshot', () => {
  it('is pending, then completed, with an event', async () => {
    const answer = await ec2.send(
      new CreateSnapshotCommand({
        VolumeId: volumeId,
        Description: 'nightly',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'tenant', Value: 'a' }] }],
      }),
    );
    expect(answer).toMatchObject({
      State: 'pending',
      VolumeSize: 10,
      VolumeId: volumeId,
      Description: 'nightly',
      OwnerId: '000000000000',
      Tags: [{ Key: 'tenant', Value: 'a' }],
    });
    ec2.timers.advance(200);
    expect(await list()).toMatchObject([
      { SnapshotId: answer.SnapshotId, State: 'completed', Progress: '100%' },
    ]);
    const arn = `arn:aws:ec2::us-east-1:snapshot/${answer.SnapshotId}`;
    expect(ec2.events.at(-1)).toMatchObject({
      source: 'aws.ec2',
      detailType: 'EBS Snapshot Notification',
      resources: [arn],
      detail: {
        event: 'createSnapshot',
        result: 'succeeded',
        snapshot_id: arn,
        source: `arn:aws:ec2::us-east-1:volume/${volumeId}`,
      },
    });
  });

  it('tells nobody when its event is lost', async () => {
    ec2.controls.loseNextEvent();
    const before = ec2.events.length;
    await create();
    ec2.timers.advance(200);
    expect(ec2.events).toHaveLength(before);
  });

  it('has no client token: the same call twice makes two', async () => {
    expect(await create()).not.toBe(await create());
    await expect(create({ ClientToken: 'a' } as object)).rejects.toMatchObject({ name: 'UnknownParameter' });
  });

  it('can be taken of an attached volume', async () => {
    const instanceId = await launch(ec2, await makeNetwork(ec2));
    ec2.timers.advance(200);
    await ec2.send(
      new AttachVolumeCommand({ VolumeId: volumeId, InstanceId: instanceId, Device: '/dev/sdf' }),
    );
    await create();
  });

  it.each<[string, Partial<CreateSnapshotCommandInput>, string]>([
    ['an unknown volume', { VolumeId: 'vol-00000000000000000' }, 'InvalidVolume.NotFound'],
    ['no volume', { VolumeId: undefined }, 'MissingParameter'],
    ['a description of 256 characters', { Description: 'x'.repeat(256) }, 'InvalidParameterValue'],
    ['what the stand-in does not do', { Location: 'local' }, 'UnknownParameter'],
  ])('is refused with %s', async (_, changes, name) => {
    await expect(create(changes)).rejects.toMatchObject({ name });
    expect(await list()).toEqual([]);
  });

  it('is refused of a volume that is being made', async () => {
    await expect(create({ VolumeId: await makeVolume() })).rejects.toMatchObject({ name: 'IncorrectState' });
  });

  it('is one of at most five that are pending of a volume', async () => {
    for (let n = 0; n < 5; n += 1) await create();
    await expect(create()).rejects.toMatchObject({ name: 'ConcurrentSnapshotLimitExceeded' });
    ec2.timers.advance(200);
    await create();
  });

  it('waits 15 seconds for another of the same volume in a new account', async () => {
    await start({ limits: 'default' });
    await create();
    ec2.timers.advance(14_999);
    await expect(create()).rejects.toMatchObject({ name: 'SnapshotCreationPerVolumeRateExceeded' });
    ec2.timers.advance(1);
    await create();
  });

  it('is one of so many in an account', async () => {
    ec2.controls.setAccountLimits({ snapshots: 1 });
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'SnapshotLimitExceeded' });
  });
});

describe('a volume of a snapshot', () => {
  it('needs one that is completed, and at least its size', async () => {
    const SnapshotId = await create();
    const restore = (Size?: number) => makeVolume({ SnapshotId, Size });
    await expect(restore()).rejects.toMatchObject({ name: 'IncorrectState' });
    ec2.timers.advance(200);
    await expect(restore(9)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await restore();
    await restore(11);
  });

  it('stays when the snapshot goes', async () => {
    const SnapshotId = await create();
    ec2.timers.advance(200);
    await makeVolume({ SnapshotId });
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId }));
    await expect(ec2.send(new DeleteSnapshotCommand({ SnapshotId }))).rejects.toMatchObject({
      name: 'InvalidSnapshot.NotFound',
      message: `The snapshot '${SnapshotId}' does not exist`,
    });
  });

  it('is encrypted as the snapshot is', async () => {
    volumeId = await makeVolume({ Encrypted: true, KmsKeyId: 'alias/own' });
    ec2.timers.advance(100);
    const SnapshotId = await create();
    ec2.timers.advance(200);
    const answer = await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1b', SnapshotId }));
    expect(answer).toMatchObject({ Encrypted: true, KmsKeyId: 'alias/own', SnapshotId });
  });
});

describe('DescribeSnapshots', () => {
  it.each([
    ['status', 'pending', 1],
    ['status', 'completed', 0],
    ['tag:tenant', 'a', 1],
    ['tag:tenant', 'b', 0],
    ['volume-size', '10', 1],
  ])('filters by %s %s', async (Name, value, count) => {
    await create({
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'tenant', Value: 'a' }] }],
    });
    expect(await list({ OwnerIds: ['self'], Filters: [{ Name, Values: [value] }] })).toHaveLength(count);
  });

  it('filters by volume and by owner', async () => {
    await create();
    expect(await list({ Filters: [{ Name: 'volume-id', Values: [volumeId] }] })).toHaveLength(1);
    expect(await list({ OwnerIds: ['000000000000'] })).toHaveLength(1);
    expect(await list({ OwnerIds: ['111111111111'] })).toEqual([]);
    await expect(list({ OwnerIds: ['me'] })).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('answers in pages', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      ids.push(await create());
      ec2.timers.advance(200);
    }
    const first = await ec2.send(new DescribeSnapshotsCommand({ MaxResults: 5 }));
    const second = await ec2.send(
      new DescribeSnapshotsCommand({ MaxResults: 5, NextToken: first.NextToken }),
    );
    expect([...(first.Snapshots ?? []), ...(second.Snapshots ?? [])].map((one) => one.SnapshotId)).toEqual(
      ids,
    );
    expect(second.NextToken).toBeUndefined();
  });
});
