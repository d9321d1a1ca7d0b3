import {
  AttachVolumeCommand,
  type AttachVolumeCommandInput,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  DetachVolumeCommand,
  type DetachVolumeCommandInput,
  ModifyInstanceAttributeCommand,
  ModifyVolumeCommand,
  type ModifyVolumeCommandInput,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

const right: CreateVolumeCommandInput = { AvailabilityZone: 'us-east-1a', Size: 10, VolumeType: 'gp3' };

const create = async (changes: Partial<CreateVolumeCommandInput> = {}): Promise<string> =>
  (await ec2.send(new CreateVolumeCommand({ ...right, ...changes }))).VolumeId ?? '';

/** A volume that can be attached. */
const makeVolume = async (changes: Partial<CreateVolumeCommandInput> = {}): Promise<string> => {
  const id = await create(changes);
  ec2.timers.advance(100);
  return id;
};

const running = async (): Promise<string> => {
  const id = await launch(ec2, network);
  ec2.timers.advance(200);
  return id;
};

const volumeOf = async (id: string) =>
  (await ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes?.[0];

const attach = (VolumeId: string, InstanceId: string, changes: Partial<AttachVolumeCommandInput> = {}) =>
  ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf', ...changes }));

const detach = (VolumeId: string, changes: Partial<DetachVolumeCommandInput> = {}) =>
  ec2.send(new DetachVolumeCommand({ VolumeId, ...changes }));

/** A volume on a running instance. */
const makeAttached = async () => {
  const [volumeId, instanceId] = [await makeVolume(), await running()];
  await attach(volumeId, instanceId);
  ec2.timers.advance(50);
  return { volumeId, instanceId };
};

const volumeEvents = () =>
  ec2.events
    .filter(({ detailType }) => detailType === 'EBS Volume Notification')
    .map(({ detail }) => {
      const { event, result } = detail as { event: string; result: string };
      return `${event} ${result}`;
    });

describe('a volume', () => {
  it('is creating, then available, with what its type gives', async () => {
    const id = await create({
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'tenant', Value: 'a' }] }],
    });
    expect(await volumeOf(id)).toMatchObject({
      State: 'creating',
      AvailabilityZone: 'us-east-1a',
      AvailabilityZoneId: 'use1-az1',
      Size: 10,
      VolumeType: 'gp3',
      Iops: 3_000,
      Throughput: 125,
      Encrypted: false,
      Attachments: [],
      Tags: [{ Key: 'tenant', Value: 'a' }],
    });
    ec2.timers.advance(100);
    expect(await volumeOf(id)).toMatchObject({ State: 'available' });
    expect(volumeEvents()).toEqual(['createVolume available']);
    expect(ec2.events.at(-1)).toMatchObject({
      source: 'aws.ec2',
      resources: [`arn:aws:ec2:us-east-1:000000000000:volume/${id}`],
    });
  });

  it.each<[string, Partial<CreateVolumeCommandInput>, string]>([
    ['no zone', { AvailabilityZone: undefined }, 'MissingParameter'],
    ['a zone by name and by id', { AvailabilityZoneId: 'use1-az1' }, 'InvalidParameterCombination'],
    ['a zone of another region', { AvailabilityZone: 'eu-central-1a' }, 'InvalidParameterValue'],
    ['neither size nor snapshot', { Size: undefined }, 'MissingParameter'],
    ['0 GiB', { Size: 0 }, 'InvalidParameterValue'],
    ['more than its type holds', { VolumeType: 'gp2', Size: 16_385 }, 'InvalidParameterValue'],
    ['an unknown type', { VolumeType: 'gp9' as 'gp3' }, 'InvalidParameterValue'],
    ['no IOPS where they must be given', { VolumeType: 'io2' }, 'MissingParameter'],
    ['IOPS where there are none', { VolumeType: 'st1', Size: 500, Iops: 100 }, 'InvalidParameterValue'],
    ['more IOPS than its size allows', { Iops: 5_001 }, 'InvalidParameterValue'],
    ['more throughput than its IOPS allow', { Throughput: 751 }, 'InvalidParameterValue'],
    ['a key without encryption', { KmsKeyId: 'alias/own' }, 'InvalidParameterDependency'],
    ['an unknown snapshot', { SnapshotId: 'snap-00000000000000000' }, 'InvalidSnapshot.NotFound'],
    ['what is no snapshot', { SnapshotId: 'backup' }, 'InvalidSnapshotID.Malformed'],
    ['multi-attach', { MultiAttachEnabled: true }, 'UnknownParameter'],
    ['a token of 65 characters', { ClientToken: 'x'.repeat(65) }, 'InvalidParameterValue'],
    [
      'tags of another kind',
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] },
      'InvalidParameterValue',
    ],
  ])('is refused with %s', async (_, changes, name) => {
    await expect(create(changes)).rejects.toMatchObject({ name });
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
  });

  it('is made once for a token and its parameters, in each zone', async () => {
    const ClientToken = 'volume-1';
    const id = await create({ ClientToken });
    expect(await create({ ClientToken })).toBe(id);
    await expect(create({ ClientToken, Size: 11 })).rejects.toMatchObject({
      name: 'IdempotentParameterMismatch',
    });
    expect(await create({ ClientToken, AvailabilityZone: 'us-east-1b' })).not.toBe(id);
    ec2.timers.advance(100);
    await ec2.send(new DeleteVolumeCommand({ VolumeId: id }));
    ec2.timers.advance(100);
    expect(await create({ ClientToken })).toBe(id);
    await expect(volumeOf(id)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
  });

  it('is encrypted with the key of EBS unless another is named', async () => {
    expect(await volumeOf(await create({ Encrypted: true }))).toMatchObject({
      KmsKeyId: 'arn:aws:kms:us-east-1:000000000000:alias/aws/ebs',
    });
    expect(await volumeOf(await create({ Encrypted: true, KmsKeyId: 'alias/own' }))).toMatchObject({
      KmsKeyId: 'alias/own',
    });
  });

  it('counts against 50 TiB of gp3 in a new account', async () => {
    ec2 = startEc2({ limits: 'default' });
    await create({ Size: 50 * 1_024 });
    await expect(create({ Size: 1 })).rejects.toMatchObject({ name: 'VolumeLimitExceeded' });
    await create({ Size: 1, VolumeType: 'gp2' });
  });

  it('goes once nothing uses it', async () => {
    const { volumeId, instanceId } = await makeAttached();
    const remove = () => ec2.send(new DeleteVolumeCommand({ VolumeId: volumeId }));
    await expect(remove()).rejects.toMatchObject({
      name: 'VolumeInUse',
      message: `Volume ${volumeId} is currently attached to ${instanceId}`,
    });
    await detach(volumeId);
    await expect(remove()).rejects.toMatchObject({ name: 'VolumeInUse' });
    ec2.timers.advance(50);
    await remove();
    await remove();
    expect(await volumeOf(volumeId)).toMatchObject({ State: 'deleting' });
    ec2.timers.advance(100);
    await expect(remove()).rejects.toMatchObject({
      name: 'InvalidVolume.NotFound',
      message: `The volume '${volumeId}' does not exist`,
    });
    expect(volumeEvents().at(-1)).toBe('deleteVolume deleted');
  });

  it('can not be deleted while it is being made', async () => {
    const VolumeId = await create();
    await expect(ec2.send(new DeleteVolumeCommand({ VolumeId }))).rejects.toMatchObject({
      name: 'IncorrectState',
    });
  });

  it('is NotFound for a while in a new account', async () => {
    ec2 = startEc2({ limits: 'default' });
    const id = await create();
    await expect(volumeOf(id)).rejects.toMatchObject({ name: 'InvalidVolume.NotFound' });
    ec2.timers.advance(500);
    expect(await volumeOf(id)).toMatchObject({ State: 'available' });
  });

  it('is made ready after a restart, too', async () => {
    const id = await create();
    ec2.standIn.close?.();
    ec2 = startEc2({ from: ec2 });
    ec2.timers.advance(100);
    expect(await volumeOf(id)).toMatchObject({ State: 'available' });
  });
});

describe('an attachment', () => {
  it('shows at the volume and at the instance, on its way there and back', async () => {
    const [volumeId, instanceId] = [await makeVolume(), await running()];
    const attachedVolume = async () =>
      (await describeOne(ec2, instanceId)).BlockDeviceMappings?.find(
        ({ DeviceName }) => DeviceName === '/dev/sdf',
      )?.Ebs;
    expect(await attach(volumeId, instanceId)).toMatchObject({
      State: 'attaching',
      Device: '/dev/sdf',
      InstanceId: instanceId,
      DeleteOnTermination: false,
    });
    expect(await volumeOf(volumeId)).toMatchObject({
      State: 'in-use',
      Attachments: [{ State: 'attaching' }],
    });
    expect(await attachedVolume()).toMatchObject({ Status: 'attaching', VolumeId: volumeId });
    ec2.timers.advance(50);
    expect(await volumeOf(volumeId)).toMatchObject({ State: 'in-use', Attachments: [{ State: 'attached' }] });
    expect(await attachedVolume()).toMatchObject({ Status: 'attached' });
    expect(await detach(volumeId)).toMatchObject({ State: 'detaching' });
    expect(await attachedVolume()).toMatchObject({ Status: 'detaching' });
    ec2.timers.advance(50);
    expect(await volumeOf(volumeId)).toMatchObject({ State: 'available', Attachments: [] });
    expect(await attachedVolume()).toBeUndefined();
    expect(volumeEvents()).toEqual(['createVolume available']);
  });

  it('can be made to a stopped instance', async () => {
    const [volumeId, instanceId] = [await makeVolume(), await running()];
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    await expect(attach(volumeId, instanceId)).rejects.toMatchObject({ name: 'IncorrectState' });
    ec2.timers.advance(100);
    await attach(volumeId, instanceId);
  });

  it('is refused to an instance that is pending or terminated', async () => {
    const [volumeId, instanceId] = [await makeVolume(), await launch(ec2, network)];
    await expect(attach(volumeId, instanceId)).rejects.toMatchObject({ name: 'IncorrectState' });
    ec2.controls.kill(instanceId);
    ec2.timers.advance(100);
    await expect(attach(volumeId, instanceId)).rejects.toMatchObject({ name: 'IncorrectState' });
  });

  it.each<[string, Partial<AttachVolumeCommandInput>, string]>([
    ['an unknown volume', { VolumeId: 'vol-00000000000000000' }, 'InvalidVolume.NotFound'],
    ['an unknown instance', { InstanceId: 'i-00000000000000000' }, 'InvalidInstanceID.NotFound'],
    ['a device that is none', { Device: 'disk 1' }, 'InvalidParameterValue'],
    ['the device of the root volume', { Device: '/dev/xvda' }, 'InvalidParameterValue'],
    ['no device', { Device: undefined }, 'MissingParameter'],
  ])('is refused with %s', async (_, changes, name) => {
    const [volumeId, instanceId] = [await makeVolume(), await running()];
    await expect(attach(volumeId, instanceId, changes)).rejects.toMatchObject({ name });
    expect(await volumeOf(volumeId)).toMatchObject({ State: 'available' });
  });

  it('needs a volume that is available and in the zone of the instance', async () => {
    const { volumeId, instanceId } = await makeAttached();
    await expect(attach(volumeId, instanceId, { Device: '/dev/sdg' })).rejects.toMatchObject({
      name: 'VolumeInUse',
    });
    await expect(attach(await create(), instanceId, { Device: '/dev/sdg' })).rejects.toMatchObject({
      name: 'IncorrectState',
    });
    const elsewhere = await makeVolume({ AvailabilityZone: 'us-east-1b' });
    await expect(attach(elsewhere, instanceId, { Device: '/dev/sdg' })).rejects.toMatchObject({
      name: 'InvalidVolume.ZoneMismatch',
    });
    await expect(attach(await makeVolume(), instanceId)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: "Invalid value '/dev/sdf' for unixDevice. Attachment point /dev/sdf is already in use",
    });
  });

  it('is one of at most 27 of an instance', async () => {
    const instanceId = await running();
    const letters = [...'bcdefghijklmnopqrstuvwxyz'].map((letter) => `/dev/sd${letter}`);
    for (const Device of [...letters, '/dev/xvdba']) await attach(await makeVolume(), instanceId, { Device });
    await expect(attach(await makeVolume(), instanceId, { Device: '/dev/xvdbb' })).rejects.toMatchObject({
      name: 'AttachmentLimitExceeded',
    });
  });

  it.each<[string, Partial<DetachVolumeCommandInput>, string]>([
    ['another device', { Device: '/dev/sdg' }, 'InvalidAttachment.NotFound'],
    ['an unknown instance', { InstanceId: 'i-00000000000000000' }, 'InvalidInstanceID.NotFound'],
    ['an unknown volume', { VolumeId: 'vol-00000000000000000' }, 'InvalidVolume.NotFound'],
  ])('is not ended by naming %s', async (_, changes, name) => {
    const { volumeId } = await makeAttached();
    await expect(detach(volumeId, changes)).rejects.toMatchObject({ name });
    expect(await volumeOf(volumeId)).toMatchObject({ Attachments: [{ State: 'attached' }] });
  });

  it('ends once, unless it is forced', async () => {
    const { volumeId } = await makeAttached();
    await expect(detach(volumeId, { InstanceId: await running() })).rejects.toMatchObject({
      name: 'InvalidAttachment.NotFound',
    });
    await detach(volumeId);
    await expect(detach(volumeId)).rejects.toMatchObject({ name: 'IncorrectState' });
    await detach(volumeId, { Force: true });
    ec2.timers.advance(50);
    await expect(detach(volumeId)).rejects.toMatchObject({
      name: 'IncorrectState',
      message: `Volume '${volumeId}' is in the 'available' state.`,
    });
  });

  it('of a root volume ends only while the instance is stopped', async () => {
    const instanceId = await running();
    const root = (await describeOne(ec2, instanceId)).BlockDeviceMappings?.[0]?.Ebs?.VolumeId ?? '';
    await expect(detach(root)).rejects.toMatchObject({ name: 'OperationNotPermitted' });
    await ec2.send(new StopInstancesCommand({ InstanceIds: [instanceId] }));
    ec2.timers.advance(100);
    await detach(root);
  });

  it('ends with its instance, and the volume goes or stays as DeleteOnTermination says', async () => {
    const { volumeId: kept, instanceId } = await makeAttached();
    const doomed = await makeVolume();
    await attach(doomed, instanceId, { Device: '/dev/sdg' });
    const mapping = (DeviceName: string) => ({ DeviceName, Ebs: { DeleteOnTermination: true } });
    const setMapping = (device: string) =>
      ec2.send(
        new ModifyInstanceAttributeCommand({
          InstanceId: instanceId,
          BlockDeviceMappings: [mapping(device)],
        }),
      );
    await setMapping('/dev/sdg');
    await expect(setMapping('/dev/sdh')).rejects.toMatchObject({ name: 'InvalidInstanceAttributeValue' });
    expect(await volumeOf(doomed)).toMatchObject({ Attachments: [{ DeleteOnTermination: true }] });
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
    expect(await volumeOf(kept)).toMatchObject({ State: 'in-use' });
    ec2.timers.advance(100);
    expect((await ec2.send(new DescribeVolumesCommand({}))).Volumes).toMatchObject([
      { VolumeId: kept, State: 'available', Attachments: [] },
    ]);
  });
});

describe('a modification', () => {
  const modify = (VolumeId: string, changes: Partial<ModifyVolumeCommandInput>) =>
    ec2.send(new ModifyVolumeCommand({ VolumeId, ...changes }));
  const modifications = async (id: string) =>
    (await ec2.send(new DescribeVolumesModificationsCommand({ VolumeIds: [id] }))).VolumesModifications;

  it('is modifying, optimizing with the new size in use, then completed', async () => {
    const { volumeId } = await makeAttached();
    expect(await modify(volumeId, { Size: 20 })).toMatchObject({
      VolumeModification: {
        ModificationState: 'modifying',
        OriginalSize: 10,
        TargetSize: 20,
        TargetIops: 3_000,
      },
    });
    expect(await volumeOf(volumeId)).toMatchObject({ Size: 10, State: 'in-use' });
    await expect(modify(volumeId, { Size: 30 })).rejects.toMatchObject({
      name: 'IncorrectModificationState',
      message: `Volume ${volumeId} cannot be modified in modification state MODIFYING`,
    });
    ec2.timers.advance(100);
    expect(await volumeOf(volumeId)).toMatchObject({ Size: 20, Attachments: [{ State: 'attached' }] });
    expect(await modifications(volumeId)).toMatchObject([{ ModificationState: 'optimizing' }]);
    ec2.timers.advance(100);
    expect(await modifications(volumeId)).toMatchObject([{ ModificationState: 'completed', Progress: 100 }]);
    expect(volumeEvents().slice(-2)).toEqual(['modifyVolume optimizing', 'modifyVolume completed']);
  });

  it('changes type and speed, too', async () => {
    const id = await makeVolume({ VolumeType: 'gp2' });
    await modify(id, { VolumeType: 'gp3', Iops: 4_000, Throughput: 250 });
    ec2.timers.advance(200);
    expect(await volumeOf(id)).toMatchObject({ VolumeType: 'gp3', Iops: 4_000, Throughput: 250, Size: 10 });
  });

  it.each<[string, Partial<ModifyVolumeCommandInput>, string]>([
    ['a smaller size', { Size: 9 }, 'InvalidParameterValue'],
    ['nothing', {}, 'InvalidParameterValue'],
    ['a size that the type does not hold', { VolumeType: 'st1' }, 'InvalidParameterValue'],
    ['an unknown volume', { VolumeId: 'vol-00000000000000000' }, 'InvalidVolume.NotFound'],
    ['multi-attach', { MultiAttachEnabled: true }, 'UnknownParameter'],
  ])('is refused with %s', async (_, changes, name) => {
    const id = await makeVolume();
    await expect(modify(id, changes)).rejects.toMatchObject({ name });
    await expect(modifications(id)).rejects.toMatchObject({ name: 'InvalidVolumeModification.NotFound' });
  });

  it('is refused while the volume is being made', async () => {
    await expect(modify(await create(), { Size: 20 })).rejects.toMatchObject({ name: 'IncorrectState' });
  });

  it('counts what the volume will hold against the account', async () => {
    const id = await makeVolume();
    ec2.controls.setAccountLimits({ gp3TiB: 1 });
    await expect(modify(id, { Size: 1_025 })).rejects.toMatchObject({ name: 'VolumeLimitExceeded' });
    await modify(id, { Size: 1_024 });
    await expect(create({ Size: 1 })).rejects.toMatchObject({ name: 'VolumeLimitExceeded' });
  });

  it.each([
    ['default', { name: 'VolumeModificationRateExceeded' }],
    ['roomy', undefined],
  ] as const)('may soon follow another in a roomy account only: %s', async (limits, refusal) => {
    ec2 = startEc2({ limits, visibilityDelayMilliseconds: 0 });
    const id = await makeVolume();
    await modify(id, { Size: 20 });
    ec2.timers.advance(6 * 3_600_000 - 1);
    if (refusal) await expect(modify(id, { Size: 30 })).rejects.toMatchObject(refusal);
    ec2.timers.advance(1);
    await modify(id, { Size: 30 });
  });
});

it('DescribeVolumes filters by tag, state and attachment, and refuses ids that are not there', async () => {
  const { volumeId, instanceId } = await makeAttached();
  const tagged = await makeVolume({
    TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'tenant', Value: 'a' }] }],
  });
  const found = async (Name: string, value: string) =>
    (await ec2.send(new DescribeVolumesCommand({ Filters: [{ Name, Values: [value] }] }))).Volumes?.map(
      ({ VolumeId }) => VolumeId,
    );
  expect(await found('tag:tenant', 'a')).toEqual([tagged]);
  expect(await found('status', 'available')).toEqual([tagged]);
  expect(await found('attachment.device', '/dev/sdf')).toEqual([volumeId]);
  expect(await found('attachment.instance-id', instanceId)).toContain(volumeId);
  await expect(
    ec2.send(new DescribeVolumesCommand({ VolumeIds: [tagged, 'vol-00000000000000000'] })),
  ).rejects.toMatchObject({
    name: 'InvalidVolume.NotFound',
    message: "The volume 'vol-00000000000000000' does not exist",
  });
});
