import {
  AssociateVpcCidrBlockCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DescribeRouteTablesCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Ec2, startEc2 } from './harness.ts';

let ec2: Ec2;
beforeEach(() => {
  ec2 = startEc2();
});

const makeVpc = async (cidr = '10.0.0.0/24') =>
  (await ec2.send(new CreateVpcCommand({ CidrBlock: cidr }))).Vpc?.VpcId ?? '';

const associate = async (VpcId: string, CidrBlock: string) =>
  (await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock }))).CidrBlockAssociation;

const disassociate = async (AssociationId: string | undefined) =>
  ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId }));

const blocksOf = async (VpcId: string) =>
  (await ec2.send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))).Vpcs?.[0]?.CidrBlockAssociationSet?.map(
    ({ CidrBlock, CidrBlockState }) => `${CidrBlock} ${CidrBlockState?.State}`,
  );

const localRoutes = async (vpcId: string) =>
  (
    await ec2.send(new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcId] }] }))
  ).RouteTables?.map(({ Routes }) => Routes?.map(({ DestinationCidrBlock }) => DestinationCidrBlock));

describe('a secondary block', () => {
  it('is associated after a while, with a local route in every table, and then takes subnets', async () => {
    const vpcId = await makeVpc();
    await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const subnet = new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '100.64.0.0/25' });
    await expect(ec2.send(subnet)).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
    expect(await associate(vpcId, '100.64.0.9/24')).toMatchObject({
      AssociationId: expect.stringMatching(/^vpc-cidr-assoc-/),
      CidrBlock: '100.64.0.0/24',
      CidrBlockState: { State: 'associating' },
    });
    expect(await blocksOf(vpcId)).toEqual(['10.0.0.0/24 associated', '100.64.0.0/24 associating']);
    await expect(ec2.send(subnet)).rejects.toMatchObject({ name: 'InvalidSubnet.Range' });
    ec2.timers.advance(50);
    expect(await blocksOf(vpcId)).toEqual(['10.0.0.0/24 associated', '100.64.0.0/24 associated']);
    await ec2.send(subnet);
    await ec2.send(new CreateRouteTableCommand({ VpcId: vpcId }));
    const both = ['10.0.0.0/24', '100.64.0.0/24'];
    expect(await localRoutes(vpcId)).toEqual([both, both, both]);
  });

  it('goes when no subnet lies in it', async () => {
    const vpcId = await makeVpc();
    const { AssociationId } = (await associate(vpcId, '100.64.0.0/24')) ?? {};
    ec2.timers.advance(50);
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: '100.64.0.0/25' }));
    await expect(disassociate(AssociationId)).rejects.toMatchObject({
      name: 'InvalidCidrBlock.InUse',
      message: `The vpc ${vpcId} currently has a subnet within CIDR block 100.64.0.0/24`,
    });
    await ec2.send(new DeleteSubnetCommand({ SubnetId: Subnet?.SubnetId }));
    expect(await disassociate(AssociationId)).toMatchObject({
      CidrBlockAssociation: { CidrBlockState: { State: 'disassociating' } },
    });
    expect(await localRoutes(vpcId)).toEqual([['10.0.0.0/24']]);
    ec2.timers.advance(50);
    expect(await blocksOf(vpcId)).toEqual(['10.0.0.0/24 associated']);
    await expect(disassociate(AssociationId)).rejects.toMatchObject({
      name: 'InvalidVpcCidrBlockAssociationID.NotFound',
    });
  });

  it('is not the primary one, which stays', async () => {
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/24' }));
    await expect(disassociate(Vpc?.CidrBlockAssociationSet?.[0]?.AssociationId)).rejects.toMatchObject({
      name: 'OperationNotPermitted',
    });
  });

  it('is one of at most five of a VPC', async () => {
    const vpcId = await makeVpc();
    for (let n = 0; n < 4; n += 1) await associate(vpcId, `100.64.${n}.0/24`);
    await expect(associate(vpcId, '100.64.4.0/24')).rejects.toMatchObject({
      name: 'CidrLimitExceeded',
      message: `This network '${vpcId}' has met its maximum number of allowed CIDRs: 5`,
    });
  });

  it.each([
    ['10.5.0.0/16', '10.6.0.0/16', undefined],
    ['10.5.0.0/16', '100.64.0.0/16', undefined],
    ['10.5.0.0/16', '198.18.0.0/24', undefined],
    ['10.5.0.0/16', '10.5.128.0/24', 'InvalidVpc.Conflict'],
    ['10.5.0.0/16', '172.16.0.0/16', 'InvalidVpc.Range'],
    ['10.5.0.0/16', '192.168.0.0/24', 'InvalidVpc.Range'],
    ['10.5.0.0/16', '198.19.0.0/24', 'InvalidVpc.Range'],
    ['10.1.0.0/24', '10.0.5.0/24', 'InvalidVpc.Range'],
    ['10.2.0.0/24', '10.0.5.0/24', undefined],
    ['172.16.0.0/24', '172.31.0.0/24', 'InvalidVpc.Range'],
    ['172.16.0.0/24', '172.20.0.0/24', undefined],
    ['192.168.0.0/24', '10.0.0.0/24', 'InvalidVpc.Range'],
    ['192.168.0.0/24', '192.168.9.0/24', undefined],
    ['198.19.0.0/24', '10.0.0.0/24', 'InvalidVpc.Range'],
    ['100.64.0.0/24', '10.0.0.0/24', 'InvalidVpc.Range'],
    ['100.64.0.0/24', '100.65.0.0/24', undefined],
    ['10.0.0.0/24', '10.2.0.0/15', 'InvalidVpc.Range'],
    ['10.0.0.0/24', '10.2.0.0/29', 'InvalidVpc.Range'],
    ['10.0.0.0/24', '169.254.0.0/24', 'InvalidVpc.Range'],
    ['10.0.0.0/24', 'all', 'InvalidParameterValue'],
  ])('beside %s may be %s: %s', async (primary, secondary, name) => {
    const vpcId = await makeVpc(primary);
    const answer = associate(vpcId, secondary);
    if (name) await expect(answer).rejects.toMatchObject({ name });
    else expect(await answer).toMatchObject({ CidrBlock: secondary });
  });

  it('is refused with what the stand-in does not do, and for a VPC that is not there', async () => {
    const input = { VpcId: await makeVpc(), CidrBlock: '100.64.0.0/24' };
    await expect(
      ec2.send(new AssociateVpcCidrBlockCommand({ ...input, AmazonProvidedIpv6CidrBlock: true })),
    ).rejects.toMatchObject({ name: 'UnknownParameter' });
    await expect(associate('vpc-00000000000000000', '100.64.0.0/24')).rejects.toMatchObject({
      name: 'InvalidVpcID.NotFound',
    });
  });
});

it.each(['169.254.0.0/16', '127.0.0.0/16', '224.0.0.0/16', '0.0.0.0/16'])(
  'a VPC of %s is refused',
  async (cidr) => {
    await expect(makeVpc(cidr)).rejects.toMatchObject({ name: 'InvalidVpc.Range' });
  },
);
