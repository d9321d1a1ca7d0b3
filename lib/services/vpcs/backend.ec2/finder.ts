import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import type { Ec2Calls } from '../../../platform/aws/ec2/calls.ts';
import { byRecord, madeFor } from '../../../platform/aws/ec2/made-for.ts';
import type { VpcBackend } from '../backend.ts';

type Finder = Pick<VpcBackend, 'findVpcs' | 'findGateways' | 'findRouteTables' | 'findSubnets'>;

/** What was made for VPCs, read by its tags. A question about no records is not asked: to EC2 it would mean all. */
export const vpcFinder = ({ read, stage }: Pick<Ec2Calls, 'read'> & { stage: string }): Finder => ({
  async findVpcs(recordIds, signal) {
    if (recordIds.length === 0) return new Map();
    const command = new DescribeVpcsCommand({ Filters: madeFor(stage, recordIds) });
    const { Vpcs = [] } = await read(
      'DescribeVpcs',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return byRecord(Vpcs, ({ VpcId = '', CidrBlockAssociationSet = [] }) => ({
      id: VpcId,
      blocks: CidrBlockAssociationSet.map(({ CidrBlock = '', CidrBlockState }) => ({
        cidr_block: CidrBlock,
        isReady: CidrBlockState?.State === 'associated',
      })),
    }));
  },

  async findGateways(recordIds, signal) {
    if (recordIds.length === 0) return new Map();
    const command = new DescribeInternetGatewaysCommand({ Filters: madeFor(stage, recordIds) });
    const { InternetGateways = [] } = await read(
      'DescribeInternetGateways',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return byRecord(InternetGateways, ({ InternetGatewayId = '', Attachments = [] }) => ({
      id: InternetGatewayId,
      vpcId: Attachments[0]?.VpcId,
    }));
  },

  async findRouteTables(recordIds, signal) {
    if (recordIds.length === 0) return new Map();
    const command = new DescribeRouteTablesCommand({ Filters: madeFor(stage, recordIds) });
    const { RouteTables = [] } = await read(
      'DescribeRouteTables',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return byRecord(RouteTables, ({ RouteTableId = '' }) => ({ id: RouteTableId }));
  },

  async findSubnets(recordIds, signal) {
    if (recordIds.length === 0) return new Map();
    const command = new DescribeSubnetsCommand({ Filters: madeFor(stage, recordIds) });
    const { Subnets = [] } = await read(
      'DescribeSubnets',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return byRecord(Subnets, ({ SubnetId = '', CidrBlock = '', AvailabilityZone = '' }) => ({
      id: SubnetId,
      cidr_block: CidrBlock,
      zone: AvailabilityZone,
    }));
  },
});
