import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  type SecurityGroup,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { CloudThing } from '../backend.ts';
import { madeForRecordAt, ownerOf } from './owner.ts';
import { type Ec2Source, ofStage, pageSize, pagesOf } from './pages.ts';

const vpcThing = (vpc: Vpc): CloudThing => {
  const owner = ownerOf(vpc, ['VPC']);
  return {
    kind: 'VPC',
    cloud_id: vpc.VpcId ?? '',
    owner,
    made_at: madeForRecordAt(owner),
    is_ending: false,
    facts: { state: vpc.State, cidr_block: vpc.CidrBlock },
  };
};

export async function* vpcPages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeVpcsCommand({ Filters: ofStage(stage), MaxResults: pageSize, NextToken });
    const output = await read(
      'DescribeVpcs',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return { things: output.Vpcs, next: output.NextToken };
  });
  for await (const page of pages) yield page.map(vpcThing);
}

const subnetThing = (subnet: Subnet): CloudThing => {
  const owner = ownerOf(subnet, ['SUBNET', 'VPC']);
  return {
    kind: 'SUBNET',
    cloud_id: subnet.SubnetId ?? '',
    owner,
    made_at: madeForRecordAt(owner),
    is_ending: false,
    facts: { state: subnet.State, cidr_block: subnet.CidrBlock, zone: subnet.AvailabilityZone },
  };
};

export async function* subnetPages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeSubnetsCommand({ Filters: ofStage(stage), MaxResults: pageSize, NextToken });
    const output = await read(
      'DescribeSubnets',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return { things: output.Subnets, next: output.NextToken };
  });
  for await (const page of pages) yield page.map(subnetThing);
}

/** A balancer's own group, and a tenant's, are both named after their record. */
const groupThing = (group: SecurityGroup): CloudThing => {
  const owner = ownerOf(group, ['SECURITY_GROUP', 'LOAD_BALANCER']);
  return {
    kind: 'SECURITY_GROUP',
    cloud_id: group.GroupId ?? '',
    owner,
    made_at: madeForRecordAt(owner),
    is_ending: false,
    facts: {},
  };
};

export async function* groupPages(
  { read, stage }: Ec2Source,
  signal: AbortSignal,
): AsyncGenerator<CloudThing[]> {
  const pages = pagesOf(async (NextToken) => {
    const command = new DescribeSecurityGroupsCommand({
      Filters: ofStage(stage),
      MaxResults: pageSize,
      NextToken,
    });
    const output = await read(
      'DescribeSecurityGroups',
      (client) => client.send(command, { abortSignal: signal }),
      signal,
    );
    return { things: output.SecurityGroups, next: output.NextToken };
  });
  for await (const page of pages) yield page.map(groupThing);
}
