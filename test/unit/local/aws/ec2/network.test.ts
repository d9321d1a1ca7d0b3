import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ModifySubnetAttributeCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, startEc2 } from './harness.ts';

let ec2: Ec2;
beforeEach(() => {
  ec2 = startEc2();
});

const makeVpc = async (cidr = '10.0.0.0/16') =>
  (await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }))).Vpc?.VpcId ?? '';

describe('a VPC', () => {
  it('comes with a main route table and a default group', async () => {
    const VpcId = await makeVpc();
    const filter = { Filters: [{ Name: 'vpc-id', Values: [VpcId] }] };
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand(filter));
    expect(RouteTables).toEqual([
      expect.objectContaining({
        Associations: [expect.objectContaining({ Main: true })],
        Routes: [expect.objectContaining({ DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' })],
      }),
    ]);
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand(filter));
    expect(SecurityGroups?.map(({ GroupName }) => GroupName)).toEqual(['default']);
    await expect(
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: SecurityGroups?.[0]?.GroupId })),
    ).rejects.toMatchObject({ name: 'CannotDelete' });
  });

  it.each([
    ['a range that is too wide', '10.0.0.0/8', 'InvalidVpc.Range'],
    ['a range that is too narrow', '10.0.0.0/29', 'InvalidVpc.Range'],
    ['what is no range', '10.0.0.0', 'InvalidParameterValue'],
    ['an address that is none', '10.0.0.256/16', 'InvalidParameterValue'],
  ])('refuses %s', async (_, cidr, name) => {
    await expect(makeVpc(cidr)).rejects.toMatchObject({ name });
  });

  it('clears host bits of its range', async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '100.68.0.18/18' }));
    expect(Vpc?.CidrBlock).toBe('100.68.0.0/18');
  });

  it('has switchable attributes', async () => {
    const VpcId = await makeVpc();
    await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
    expect(
      await ec2.send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' })),
    ).toMatchObject({ EnableDnsHostnames: { Value: true } });
  });

  it('is one of five in a new account', async () => {
    ec2 = startEc2({ limits: 'default' });
    for (let n = 0; n < 5; n += 1) await makeVpc();
    await expect(makeVpc()).rejects.toMatchObject({
      name: 'VpcLimitExceeded',
      message: 'The maximum number of VPCs has been reached.',
    });
  });

  it('goes only when nothing depends on it, each thing in its order', async () => {
    const { vpcId, subnetId, groupId } = await makeNetwork(ec2);
    const network = { vpcId, subnetId, groupId };
    const violates = (answer: Promise<unknown>) =>
      expect(answer).rejects.toMatchObject({ name: 'DependencyViolation' });
    const id = await launch(ec2, network);
    await violates(ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId })));
    await violates(ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId })));
    ec2.controls.kill(id);
    await violates(ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId })));
    ec2.timers.advance(100);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }));
    await violates(ec2.send(new DeleteVpcCommand({ VpcId: vpcId })));
    await ec2.send(new DeleteSubnetCommand({ SubnetId: subnetId }));
    await ec2.send(new DeleteVpcCommand({ VpcId: vpcId }));
    expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toEqual([]);
    expect((await ec2.send(new DescribeSecurityGroupsCommand({}))).SecurityGroups).toEqual([]);
    expect((await ec2.send(new DescribeRouteTablesCommand({}))).RouteTables).toEqual([]);
    await expect(ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
      message: `The vpc ID '${vpcId}' does not exist`,
    });
  });
});

describe('a subnet', () => {
  it.each([
    ['outside of its VPC', '10.1.0.0/24', 'InvalidSubnet.Range'],
    ['wider than its VPC', '10.0.0.0/15', 'InvalidSubnet.Range'],
    ['over another', '10.0.0.128/25', 'InvalidSubnet.Conflict'],
    ['of no range', 'all', 'InvalidParameterValue'],
  ])('is refused %s', async (_, cidr, name) => {
    const { vpcId } = await makeNetwork(ec2);
    await expect(ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: cidr }))).rejects.toMatchObject({
      name,
    });
  });

  it('counts its free addresses', async () => {
    const network = await makeNetwork(ec2);
    await launch(ec2, network);
    const { Subnets } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: [network.subnetId] }));
    expect(Subnets?.[0]).toMatchObject({
      AvailableIpAddressCount: 250,
      AvailabilityZone: 'us-east-1a',
      AvailabilityZoneId: 'use1-az1',
      MapPublicIpOnLaunch: false,
    });
  });

  it('gives public addresses once told so', async () => {
    const network = await makeNetwork(ec2);
    await ec2.send(
      new ModifySubnetAttributeCommand({ SubnetId: network.subnetId, MapPublicIpOnLaunch: { Value: true } }),
    );
    expect((await describeOne(ec2, await launch(ec2, network))).PublicIpAddress).toMatch(/^203\.0\.113\./);
  });
});

describe('an internet gateway and its routes', () => {
  it('are refused to more specific parts of the VPC, and beyond 50 in a table', async () => {
    const { vpcId } = await makeNetwork(ec2);
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const GatewayId = InternetGateway?.InternetGatewayId;
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId: vpcId }));
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const route = (DestinationCidrBlock: string) =>
      ec2.send(
        new CreateRouteCommand({ RouteTableId: RouteTable?.RouteTableId, GatewayId, DestinationCidrBlock }),
      );
    await expect(route('10.0.3.0/24')).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(route('10.0.0.0/16')).rejects.toMatchObject({ name: 'RouteAlreadyExists' });
    for (let n = 1; n < 50; n += 1) await route(`11.${n}.0.0/16`);
    await expect(route('0.0.0.0/0')).rejects.toMatchObject({ name: 'RouteLimitExceeded' });
  });

  it('are made and taken down as CloudFormation does it', async () => {
    const { vpcId, subnetId } = await makeNetwork(ec2);
    const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId ?? '';
    await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
    await expect(
      ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId })),
    ).rejects.toMatchObject({ name: 'Resource.AlreadyAssociated' });
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const RouteTableId = RouteTable?.RouteTableId ?? '';
    const { AssociationId } = await ec2.send(
      new AssociateRouteTableCommand({ RouteTableId, SubnetId: subnetId }),
    );
    const route = { RouteTableId, DestinationCidrBlock: '0.0.0.0/0' };
    await ec2.send(new CreateRouteCommand({ ...route, GatewayId: InternetGatewayId }));
    const { RouteTables } = await ec2.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.subnet-id', Values: [subnetId] }] }),
    );
    expect(RouteTables?.[0]?.Routes?.map(({ GatewayId }) => GatewayId)).toEqual(['local', InternetGatewayId]);

    await expect(ec2.send(new DeleteRouteTableCommand({ RouteTableId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.send(new DeleteRouteCommand(route));
    await expect(ec2.send(new DeleteRouteCommand(route))).rejects.toMatchObject({
      name: 'InvalidRoute.NotFound',
    });
    await ec2.send(new DisassociateRouteTableCommand({ AssociationId }));
    await ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    await expect(ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
    await ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
    await ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId }));
    expect((await ec2.send(new DescribeInternetGatewaysCommand({}))).InternetGateways).toEqual([]);
  });
});

it.each([
  ['us-east-1', 'use1-az1'],
  ['eu-central-1', 'euc1-az1'],
  ['ap-southeast-2', 'apse2-az1'],
])('the zones of %s begin with %s', async (region, zoneId) => {
  const { AvailabilityZones } = await ec2.as({ region })(new DescribeAvailabilityZonesCommand({}));
  expect(AvailabilityZones).toHaveLength(3);
  expect(AvailabilityZones?.[0]).toMatchObject({
    ZoneName: `${region}a`,
    ZoneId: zoneId,
    State: 'available',
  });
});
