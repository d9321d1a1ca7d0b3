import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkInterfacesCommand,
  type DescribeNetworkInterfacesCommandInput,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

const scope = '000000000000/us-east-1';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

const list = async (input: DescribeNetworkInterfacesCommandInput = {}) =>
  (await ec2.send(new DescribeNetworkInterfacesCommand(input))).NetworkInterfaces ?? [];

const freeAddresses = async () =>
  (await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [network.subnetId] }))).Subnets?.[0]
    ?.AvailableIpAddressCount;

const violates = (answer: Promise<unknown>) =>
  expect(answer).rejects.toMatchObject({ name: 'DependencyViolation' });

const deleteSubnet = () => ec2.send(new DeleteSubnetCommand({ SubnetId: network.subnetId }));
const deleteGroup = () => ec2.send(new DeleteSecurityGroupCommand({ GroupId: network.groupId }));

const attach = (changes: { groupIds?: string[]; isPublic?: boolean; subnetId?: string } = {}) =>
  ec2.standIn.network.attachServiceInterface(scope, {
    subnetId: network.subnetId,
    groupIds: [network.groupId],
    description: 'ELB app/web/0123456789abcdef',
    ...changes,
  });

describe("an instance's interface", () => {
  it('is what DescribeInstances shows of it, until the instance is terminated', async () => {
    const id = await launch(ec2, network);
    const shown = (await describeOne(ec2, id)).NetworkInterfaces?.[0];
    expect(await list()).toMatchObject([
      {
        NetworkInterfaceId: shown?.NetworkInterfaceId,
        PrivateIpAddress: '10.0.0.4',
        Attachment: { InstanceId: id, Status: 'attached' },
        Groups: [{ GroupId: network.groupId, GroupName: 'tenant' }],
        SubnetId: network.subnetId,
        RequesterManaged: false,
      },
    ]);
    ec2.controls.kill(id);
    expect(await list()).toHaveLength(1);
    ec2.timers.advance(100);
    expect(await list()).toEqual([]);
  });

  it.each([
    ['subnet-id', () => network.subnetId],
    ['vpc-id', () => network.vpcId],
    ['group-id', () => network.groupId],
    ['private-ip-address', () => '10.0.0.4'],
  ])('is found by its %s', async (Name, value) => {
    await launch(ec2, network);
    await launch(ec2, await makeNetwork(ec2, '10.0.9.0/24'));
    expect(await list({ Filters: [{ Name, Values: [value()] }] })).toHaveLength(1);
    expect(await list({ Filters: [{ Name, Values: ['none'] }] })).toEqual([]);
  });

  it('bears tags', async () => {
    await launch(ec2, network);
    const id = (await list())[0]?.NetworkInterfaceId ?? '';
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'tenant', Value: 'a' }] }));
    expect(await list({ NetworkInterfaceIds: [id] })).toMatchObject([
      { TagSet: [{ Key: 'tenant', Value: 'a' }] },
    ]);
    expect(ec2.controls.tagsOf('000000000000', 'us-east-1', id)).toEqual({ tenant: 'a' });
    await expect(list({ NetworkInterfaceIds: ['eni-00000000000000000'] })).rejects.toMatchObject({
      name: 'InvalidNetworkInterfaceID.NotFound',
    });
  });

  it('holds subnet, address and group a little longer than the instance in a new account', async () => {
    ec2 = startEc2({ limits: 'default', visibilityDelayMilliseconds: 0 });
    network = await makeNetwork(ec2);
    const id = await launch(ec2, network);
    ec2.controls.kill(id);
    ec2.timers.advance(100);
    expect((await describeOne(ec2, id)).State?.Name).toBe('terminated');
    expect(await list()).toMatchObject([{ Attachment: { Status: 'detaching' } }]);
    await violates(deleteSubnet());
    await violates(deleteGroup());
    ec2.timers.advance(1_000);
    expect(await list()).toEqual([]);
    await deleteGroup();
    await deleteSubnet();
  });

  it('is released after a restart, too', async () => {
    ec2 = startEc2({ interfaceReleaseMilliseconds: 5_000 });
    network = await makeNetwork(ec2);
    ec2.controls.kill(await launch(ec2, network));
    ec2.timers.advance(100);
    ec2.standIn.close?.();
    ec2 = startEc2({ from: ec2 });
    await violates(deleteSubnet());
    ec2.timers.advance(5_000);
    await deleteSubnet();
  });
});

describe("a service's interface", () => {
  it('takes an address, and is managed by its requester', async () => {
    const { id, privateAddress, vpcId } = attach();
    expect(privateAddress).toBe('10.0.0.4');
    expect(vpcId).toBe(network.vpcId);
    expect(await freeAddresses()).toBe(250);
    expect(await list()).toMatchObject([
      {
        NetworkInterfaceId: id,
        RequesterManaged: true,
        RequesterId: 'amazon-elb',
        Description: 'ELB app/web/0123456789abcdef',
        Groups: [{ GroupId: network.groupId }],
      },
    ]);
  });

  it('holds its subnet, group and so the VPC until it is removed', async () => {
    const { id } = attach();
    await violates(deleteSubnet());
    await violates(deleteGroup());
    await violates(ec2.send(new DeleteVpcCommand({ VpcId: network.vpcId })));
    ec2.standIn.network.removeServiceInterface(scope, id);
    ec2.standIn.network.removeServiceInterface(scope, id);
    expect(await freeAddresses()).toBe(251);
    await deleteSubnet();
    await deleteGroup();
    await ec2.send(new DeleteVpcCommand({ VpcId: network.vpcId }));
  });

  it('is released later where AWS takes its time', async () => {
    ec2 = startEc2({ interfaceReleaseMilliseconds: 1_000 });
    network = await makeNetwork(ec2);
    ec2.standIn.network.removeServiceInterface(scope, attach().id);
    await violates(deleteSubnet());
    ec2.timers.advance(1_000);
    await deleteSubnet();
  });

  it('can change its groups', async () => {
    const { id } = attach();
    const { GroupId = '' } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId: network.vpcId, GroupName: 'b', Description: 'B' }),
    );
    ec2.standIn.network.setServiceInterfaceGroups(scope, id, [GroupId]);
    await deleteGroup();
    expect(() => ec2.standIn.network.setServiceInterfaceGroups(scope, 'eni-0', [GroupId])).toThrow(
      /does not exist/,
    );
  });

  it('with a public address holds the internet gateway', async () => {
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const input = { InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId: network.vpcId };
    await ec2.send(new AttachInternetGatewayCommand(input));
    const { id, publicAddress } = attach({ isPublic: true });
    expect(publicAddress).toMatch(/^203\.0\.113\./);
    await violates(ec2.send(new DetachInternetGatewayCommand(input)));
    ec2.standIn.network.removeServiceInterface(scope, id);
    await ec2.send(new DetachInternetGatewayCommand(input));
  });

  it.each([
    ['an unknown subnet', { subnetId: 'subnet-00000000000000000' }, 'InvalidSubnetID.NotFound'],
    ['an unknown group', { groupIds: ['sg-00000000000000000'] }, 'InvalidGroup.NotFound'],
  ])('is refused with %s', (_, changes, name) => {
    expect(() => attach(changes)).toThrow(expect.objectContaining({ name }));
  });

  it('is refused with a group of another VPC, and in a subnet without free addresses', async () => {
    const other = await makeNetwork(ec2, '10.0.9.0/28');
    expect(() => attach({ groupIds: [other.groupId] })).toThrow(
      expect.objectContaining({ name: 'InvalidParameter' }),
    );
    const full = { subnetId: other.subnetId, groupIds: [other.groupId] };
    for (let n = 0; n < 11; n += 1) attach(full);
    expect(() => attach(full)).toThrow(
      expect.objectContaining({ name: 'InsufficientFreeAddressesInSubnet' }),
    );
  });
});

it('another service can look up what its requests name', async () => {
  const { network: lookup } = ec2.standIn;
  const instanceId = await launch(ec2, network);
  expect(lookup.findVpc(scope, network.vpcId)).toMatchObject({ cidrBlock: '10.0.0.0/16' });
  expect(lookup.findSubnet(scope, network.subnetId)).toMatchObject({
    vpcId: network.vpcId,
    zone: 'us-east-1a',
    availableAddresses: 250,
  });
  expect(lookup.findGroup(scope, network.groupId)).toMatchObject({ vpcId: network.vpcId });
  expect(lookup.findInstance(scope, instanceId)).toMatchObject({ privateAddress: '10.0.0.4' });
  expect(lookup.findSubnet('111111111111/us-east-1', network.subnetId)).toBeUndefined();
});

it('a subnet is public once its route table leads to an internet gateway, which may be detached again', async () => {
  const isPublic = () => ec2.standIn.network.isPublicSubnet(scope, network.subnetId);
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gateway = { InternetGatewayId: InternetGateway?.InternetGatewayId, VpcId: network.vpcId };
  await ec2.send(new AttachInternetGatewayCommand(gateway));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: network.vpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      GatewayId: gateway.InternetGatewayId,
    }),
  );
  expect(isPublic()).toBe(false);
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: network.subnetId }));
  expect(isPublic()).toBe(true);
  await ec2.send(new DetachInternetGatewayCommand(gateway));
  const { RouteTables } = await ec2.send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId ?? ''] }),
  );
  expect(RouteTables?.[0]?.Routes?.map(({ State }) => State)).toEqual(['active', 'blackhole']);
});
