import {
  AssociateRouteTableCommand,
  AssociateVpcCidrBlockCommand,
  CreateRouteTableCommand,
  CreateSnapshotCommand,
  CreateTagsCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DescribeVolumesCommand,
  MonitorInstancesCommand,
  type ResourceType,
  StartInstancesCommand,
  StopInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

const create = async (changes: Partial<CreateVolumeCommandInput> = {}) =>
  (await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...changes })))
    .VolumeId ?? '';

const makeVolume = async (changes: Partial<CreateVolumeCommandInput> = {}) => {
  const id = await create(changes);
  ec2.timers.advance(100);
  return id;
};

describe('controls', () => {
  it('kill terminates behind our back, with events', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    ec2.controls.kill(id);
    ec2.timers.advance(100);
    expect(ec2.states()).toEqual(['pending', 'running', 'shutting-down', 'terminated']);
    expect((await describeOne(ec2, id)).StateReason?.Code).toBe('Server.InternalError');
  });

  it('loseNextEvent drops just that one', async () => {
    ec2.controls.loseNextEvent();
    await launch(ec2, network);
    ec2.timers.advance(200);
    expect(ec2.states()).toEqual(['running']);
  });

  it('failNextBoot ends an accepted launch as a failing host does', async () => {
    ec2.controls.failNextBoot();
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    expect(await describeOne(ec2, id)).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Message: 'Server.InternalError: Internal error on launch' },
    });
    expect(ec2.states()).toEqual(['pending', 'terminated']);
  });

  it('failNextBoot puts a started instance back where it was', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    await ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(100);
    ec2.controls.failNextBoot();
    await ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(200);
    expect(await describeOne(ec2, id)).toMatchObject({
      State: { Name: 'stopped' },
      StateReason: { Code: 'Server.InternalError' },
    });
  });

  it('setBootMilliseconds holds for later boots', async () => {
    ec2.controls.setBootMilliseconds(60_000);
    const id = await launch(ec2, network);
    ec2.timers.advance(59_999);
    expect((await describeOne(ec2, id)).State?.Name).toBe('pending');
    ec2.timers.advance(1);
    expect((await describeOne(ec2, id)).State?.Name).toBe('running');
  });

  it('setLoad is what CloudWatch reads while the instance runs', async () => {
    const id = await launch(ec2, network);
    expect(ec2.controls.loadOf('000000000000', id)).toBeUndefined();
    ec2.timers.advance(200);
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ cpuPercent: 1.5 });
    ec2.controls.setLoad(id, { cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.load(id)).toEqual({ cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ cpuPercent: 90, memoryPercent: 40 });
    expect(ec2.controls.loadOf('111111111111', id)).toBeUndefined();
    expect(() => ec2.controls.setLoad(id, { cpuPercent: 101 })).toThrow(RangeError);
    expect(() => ec2.controls.setLoad('i-00000000000000000', { cpuPercent: 1 })).toThrow(/no instance/);
  });

  it('loadOf tells which load was in force until when, and since when monitoring is detailed', async () => {
    const id = await launch(ec2, network);
    ec2.timers.advance(200);
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ earlier: [], detailedSince: undefined });
    const first = ec2.timers.now();
    ec2.controls.setLoad(id, { cpuPercent: 90 });
    await ec2.send(new MonitorInstancesCommand({ InstanceIds: [id] }));
    ec2.timers.advance(1_000);
    await ec2.send(new MonitorInstancesCommand({ InstanceIds: [id] }));
    ec2.controls.setLoad(id, { cpuPercent: 10, memoryPercent: 5 });
    expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({
      cpuPercent: 10,
      detailedSince: first,
      earlier: [
        { cpuPercent: 1.5, until: first },
        { cpuPercent: 90, until: first + 1_000 },
      ],
    });
    await ec2.send(new UnmonitorInstancesCommand({ InstanceIds: [id] }));
    expect(ec2.controls.loadOf('000000000000', id)?.detailedSince).toBeUndefined();
  });

  it('setLoadOfAll counts for what runs and for what comes', async () => {
    const before = await launch(ec2, network);
    ec2.timers.advance(200);
    ec2.controls.setLoad(before, { cpuPercent: 5 });
    ec2.controls.setLoadOfAll({ cpuPercent: 90, memoryPercent: 60 });
    const after = await launch(ec2, network);
    ec2.timers.advance(200);
    for (const id of [before, after])
      expect(ec2.controls.loadOf('000000000000', id)).toMatchObject({ cpuPercent: 90, memoryPercent: 60 });
    expect(() => ec2.controls.setLoadOfAll({ cpuPercent: -1 })).toThrow(RangeError);
  });

  it('tagsOf tells the tags of any resource to those who evaluate policies', async () => {
    const tags = [{ Key: 'tenant', Value: 'a' }];
    await ec2.send(new CreateTagsCommand({ Resources: [network.groupId], Tags: tags }));
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', network.groupId)).toEqual({ tenant: 'a' });
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', network.vpcId)).toEqual({});
    expect(ec2.controls.tagsOf('111111111111', 'us-east-1', network.groupId)).toBeUndefined();
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', 'thing-1')).toBeUndefined();
  });

  it('tagsOf finds both sides of an association, and snapshots and volumes', async () => {
    const tagsOf = (id: string | undefined, type?: string) =>
      ec2.controls.tagsOf('000000000000', 'us-east-1', id ?? '', type);
    const tagged = (ResourceType: ResourceType) => [
      { ResourceType, Tags: [{ Key: 'kind', Value: ResourceType }] },
    ];
    const { vpcId, subnetId } = network;
    const { RouteTable } = await ec2.send(
      new CreateRouteTableCommand({ VpcId: vpcId, TagSpecifications: tagged('route-table') }),
    );
    await ec2.send(
      new CreateTagsCommand({ Resources: [vpcId, subnetId], Tags: [{ Key: 'kind', Value: 'network' }] }),
    );
    const { AssociationId } = await ec2.send(
      new AssociateRouteTableCommand({ RouteTableId: RouteTable?.RouteTableId, SubnetId: subnetId }),
    );
    expect(tagsOf(AssociationId, 'route-table')).toEqual({ kind: 'route-table' });
    expect(tagsOf(AssociationId, 'subnet')).toEqual({ kind: 'network' });
    expect(tagsOf('rtbassoc-0', 'subnet')).toBeUndefined();
    const { CidrBlockAssociation } = await ec2.send(
      new AssociateVpcCidrBlockCommand({ VpcId: vpcId, CidrBlock: '100.64.0.0/24' }),
    );
    expect(tagsOf(CidrBlockAssociation?.AssociationId, 'vpc')).toEqual({ kind: 'network' });
    const volumeId = await makeVolume({ TagSpecifications: tagged('volume') });
    expect(tagsOf(volumeId)).toEqual({ kind: 'volume' });
    const { SnapshotId } = await ec2.send(
      new CreateSnapshotCommand({ VolumeId: volumeId, TagSpecifications: tagged('snapshot') }),
    );
    expect(tagsOf(SnapshotId)).toEqual({ kind: 'snapshot' });
  });

  it('inspectResources shows whatever may be left behind, of one account or of all', async () => {
    const volumeId = await makeVolume({
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'tenant', Value: 'a' }] }],
    });
    const instanceId = await launch(ec2, network);
    const { SnapshotId } = await ec2.send(new CreateSnapshotCommand({ VolumeId: volumeId }));
    const found = ec2.controls.inspectResources('000000000000');
    expect(found).toContainEqual({
      kind: 'volume',
      id: volumeId,
      account: '000000000000',
      region: 'us-east-1',
      state: 'available',
      vpcId: undefined,
      tags: { tenant: 'a' },
    });
    expect(found).toContainEqual(expect.objectContaining({ id: SnapshotId, state: 'pending' }));
    expect(found).toContainEqual(
      expect.objectContaining({ kind: 'subnet', id: network.subnetId, vpcId: network.vpcId }),
    );
    expect([...new Set(found.map(({ kind }) => kind))].sort()).toEqual([
      'network-interface',
      'route-table',
      'security-group',
      'security-group-rule',
      'snapshot',
      'subnet',
      'volume',
      'vpc',
    ]);
    expect(found.map(({ id }) => id)).not.toContain(instanceId);
    expect(ec2.controls.inspectResources()).toEqual(found);
    expect(ec2.controls.inspectResources('111111111111')).toEqual([]);
  });

  it('setDelays and setAccountLimits hold for what comes later', async () => {
    ec2.controls.setDelays({ volumeMilliseconds: 5_000 });
    const VolumeIds = [await create()];
    ec2.timers.advance(4_999);
    const state = async () => (await ec2.send(new DescribeVolumesCommand({ VolumeIds }))).Volumes?.[0]?.State;
    expect(await state()).toBe('creating');
    ec2.timers.advance(1);
    expect(await state()).toBe('available');
    ec2.controls.setAccountLimits({ vpcs: 1 });
    expect(ec2.controls.accountLimits()).toMatchObject({ vpcs: 1, gp3TiB: 1_000 });
  });

  it('reset leaves an empty cloud in which no timer runs', async () => {
    await launch(ec2, network);
    await ec2.send(new CreateSnapshotCommand({ VolumeId: await makeVolume() }));
    await create();
    const sent = ec2.events.length;
    ec2.controls.reset();
    ec2.timers.advance(10_000);
    expect(ec2.events).toHaveLength(sent);
    expect(ec2.controls.inspect()).toEqual([]);
    expect(ec2.controls.inspectResources()).toEqual([]);
  });
});
