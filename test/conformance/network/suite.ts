import { randomUUID } from 'node:crypto';
import {
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CloudPermission, Direction } from '../../../lib/services/security-groups/backend.ts';
import { permissionKey } from '../../../lib/services/security-groups/permissions.ts';
import { eventually } from '../../support/eventually.ts';
import { ec2Backends, type NetworkBackends } from '../../support/network.ts';
import type { Cloud } from '../compute/cloud.ts';

const signal = new AbortController().signal;

export const newOwner = () => ({
  tenant: randomUUID(),
  id: randomUUID(),
  name: 'net',
  description: 'für alle',
});

/** A VPC with its gateway and public route table, as the controller makes it. */
export const makeVpc = async ({ vpcs }: NetworkBackends, cidr_block = '10.1.0.0/16') => {
  const owner = newOwner();
  const vpcId = await vpcs.createVpc(owner, cidr_block, signal);
  const gatewayId = await vpcs.createGateway(owner, signal);
  const routeTableId = await vpcs.createRouteTable(owner, vpcId, signal);
  return { owner, vpcId, gatewayId, routeTableId };
};

const keys = (permissions: readonly CloudPermission[] = []): string[] =>
  permissions.map(permissionKey).sort();

/** What every implementation of EC2 must do with the adapters' calls. */
export const networkSuite = (name: string, start: () => Promise<Cloud>): void => {
  describe(`the network adapters on ${name}`, () => {
    let cloud: Cloud;
    let backends: NetworkBackends;

    beforeAll(async () => {
      cloud = await start();
      backends = ec2Backends(cloud);
    });
    afterAll(() => cloud?.stop());

    it('find what they made by its record, of their own stage only', async () => {
      const { vpcs, subnets, groups } = backends;
      const { owner, vpcId, gatewayId, routeTableId } = await makeVpc(backends);
      const [inside, grouped] = [newOwner(), newOwner()];
      const block = { vpcId, cidr_block: '10.1.1.0/24', zone: 'us-east-1b' };
      const subnetId = await subnets.create(inside, block, signal);
      const groupId = await groups.create(grouped, vpcId, signal);
      await vpcs.attachGateway(gatewayId, vpcId, signal);
      const ids = [owner.id, randomUUID()];
      const found = await Promise.all([
        vpcs.findVpcs(ids, signal),
        vpcs.findGateways(ids, signal),
        vpcs.findRouteTables(ids, signal),
        subnets.find([inside.id], signal),
        groups.find([grouped.id], signal),
      ]);
      expect(found.map((one) => [...one.entries()])).toEqual([
        [[owner.id, [{ id: vpcId, blocks: [{ cidr_block: '10.1.0.0/16', isReady: true }] }]]],
        [[owner.id, [{ id: gatewayId, vpcId }]]],
        [[owner.id, [{ id: routeTableId }]]],
        [[inside.id, [{ id: subnetId }]]],
        [[grouped.id, [expect.objectContaining({ id: groupId })]]],
      ]);
      const foreign = ec2Backends(cloud, 'another');
      expect((await foreign.vpcs.findVpcs([owner.id], signal)).size).toBe(0);
      expect((await vpcs.findVpcs([], signal)).size).toBe(0);
    });

    it('make a public subnet: addresses, and a route to the gateway', async () => {
      const { vpcs, subnets } = backends;
      const { vpcId, gatewayId, routeTableId } = await makeVpc(backends);
      await vpcs.enableDnsHostnames(vpcId, signal);
      await vpcs.attachGateway(gatewayId, vpcId, signal);
      await vpcs.routeToGateway(routeTableId, gatewayId, signal);
      const id = await subnets.create(
        newOwner(),
        { vpcId, cidr_block: '10.1.1.0/24', zone: 'us-east-1a' },
        signal,
      );
      await subnets.mapPublicAddresses(id, signal);
      await subnets.useRouteTable(id, routeTableId, signal);
      const { Subnets } = await cloud.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [id] }));
      expect(Subnets).toMatchObject([
        { MapPublicIpOnLaunch: true, AvailabilityZone: 'us-east-1a', CidrBlock: '10.1.1.0/24' },
      ]);
      const { RouteTables } = await cloud.ec2.send(
        new DescribeRouteTablesCommand({ RouteTableIds: [routeTableId] }),
      );
      expect(RouteTables?.[0]?.Routes).toContainEqual(
        expect.objectContaining({ DestinationCidrBlock: '0.0.0.0/0', GatewayId: gatewayId }),
      );
      expect(RouteTables?.[0]?.Associations).toContainEqual(expect.objectContaining({ SubnetId: id }));
      const { EnableDnsHostnames } = await cloud.ec2.send(
        new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsHostnames' }),
      );
      expect(EnableDnsHostnames?.Value).toBe(true);
    });

    it('add a range for balancers once, and find the subnets in it', async () => {
      const { vpcs } = backends;
      const { owner, vpcId } = await makeVpc(backends);
      for (const _ of [1, 2]) await vpcs.addBlock(vpcId, '100.64.0.0/24', signal);
      const blocks = await eventually('the range can be used', async () => {
        const [vpc] = (await vpcs.findVpcs([owner.id], signal)).get(owner.id) ?? [];
        return vpc?.blocks.every(({ isReady }) => isReady) && vpc.blocks;
      });
      expect(blocks.map(({ cidr_block }) => cidr_block)).toEqual(['10.1.0.0/16', '100.64.0.0/24']);
      const subnet = { vpcId, cidr_block: '100.64.0.0/25', zone: 'us-east-1a' };
      const id = await vpcs.createSubnet(owner, subnet, signal);
      expect((await vpcs.findSubnets([owner.id], signal)).get(owner.id)).toEqual([
        { id, cidr_block: '100.64.0.0/25', zone: 'us-east-1a' },
      ]);
    });

    it.each<[Direction]>([['ingress'], ['egress']])(
      'give %s permissions and take them back, and read them as they were given',
      async (direction) => {
        const { groups } = backends;
        const { vpcId } = await makeVpc(backends);
        const owner = newOwner();
        const [id, other] = [
          await groups.create(owner, vpcId, signal),
          await groups.create(newOwner(), vpcId, signal),
        ];
        const read = async () => (await groups.find([owner.id], signal)).get(owner.id)?.[0]?.[direction];
        const began = keys(await read());
        expect(began).toEqual(direction === 'ingress' ? [] : ['-1 -1 -1 0.0.0.0/0']);
        const permissions: CloudPermission[] = [
          { protocol: 'tcp', from_port: 80, to_port: 443, peer: { cidr: '10.0.0.0/8' } },
          { protocol: 'udp', from_port: 0, to_port: 65_535, peer: { cidr: '2001:db8::/32' } },
          { protocol: 'tcp', from_port: 80, to_port: 443, peer: { cidr: '192.168.0.0/16' } },
          { protocol: 'icmp', from_port: -1, to_port: -1, peer: { cidr: '0.0.0.0/0' } },
          { protocol: 'tcp', from_port: 22, to_port: 22, peer: { group: other } },
          { protocol: '-1', from_port: -1, to_port: -1, peer: { group: id } },
        ];
        await groups.authorize(id, direction, permissions, signal);
        expect(keys(await read())).toEqual([...began, ...keys(permissions)].sort());
        // moto takes no egress permission back that is for an IPv6 block; the stand-in's own suite holds that.
        const [kept, back] = [permissions.slice(0, 2), permissions.slice(2)];
        await groups.revoke(id, direction, back, signal);
        expect(keys(await read())).toEqual([...began, ...keys(kept)].sort());
      },
    );

    it('name a group by its record, and describe it in EC2’s letters', async () => {
      const { vpcId } = await makeVpc(backends);
      const owner = newOwner();
      const id = await backends.groups.create(owner, vpcId, signal);
      const { SecurityGroups } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [id] }));
      expect(SecurityGroups).toMatchObject([
        {
          GroupName: `thecloud-${owner.id}`,
          Description: 'f_r alle',
          Tags: expect.arrayContaining([
            { Key: 'thecloud:tenant', Value: owner.tenant },
            { Key: 'thecloud:resource', Value: owner.id },
          ]),
        },
      ]);
    });

    it('take everything apart in order, and leave nothing', async () => {
      const { vpcs, subnets, groups } = backends;
      const { owner, vpcId, gatewayId, routeTableId } = await makeVpc(backends);
      await vpcs.attachGateway(gatewayId, vpcId, signal);
      const [inside, grouped] = [newOwner(), newOwner()];
      const subnetId = await subnets.create(
        inside,
        { vpcId, cidr_block: '10.1.1.0/24', zone: 'us-east-1a' },
        signal,
      );
      await groups.create(grouped, vpcId, signal);
      await subnets.delete(subnetId, signal);
      await vpcs.deleteRouteTable(routeTableId, signal);
      await vpcs.detachGateway(gatewayId, vpcId, signal);
      await vpcs.deleteGateway(gatewayId, signal);
      await vpcs.deleteGroups(vpcId, signal);
      await vpcs.deleteVpc(vpcId, signal);
      const left = await Promise.all([
        vpcs.findVpcs([owner.id], signal),
        vpcs.findGateways([owner.id], signal),
        vpcs.findRouteTables([owner.id], signal),
        subnets.find([inside.id], signal),
        groups.find([grouped.id], signal),
      ]);
      expect(left.map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
    });

    it('say not_yet for what is not there', async () => {
      const { vpcs, subnets, groups } = backends;
      for (const gone of [
        () => vpcs.deleteVpc('vpc-0123456789abcdef0', signal),
        () => vpcs.deleteGateway('igw-0123456789abcdef0', signal),
        () => vpcs.deleteRouteTable('rtb-0123456789abcdef0', signal),
        () => subnets.delete('subnet-0123456789abcdef0', signal),
        () => groups.delete('sg-0123456789abcdef0', signal),
      ])
        await expect(gone()).rejects.toMatchObject({ name: 'BackendError', failure: 'not_yet' });
    });
  });
};
