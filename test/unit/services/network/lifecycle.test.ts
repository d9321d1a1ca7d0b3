import {
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { SecurityGroupRecord } from '../../../../lib/services/security-groups/record.ts';
import type { SubnetRecord } from '../../../../lib/services/subnets/record.ts';
import type { VpcRecord } from '../../../../lib/services/vpcs/record.ts';
import { addressPlans } from '../../../../lib/services/vpcs/service.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { ec2Backends, type Networks, networkReconciler, openNetworks } from '../../../support/network.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let platform: Networks;
let reconciler: ReturnType<typeof networkReconciler>;

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables(), startStandIn()]);
  platform = openNetworks(database.tables);
  reconciler = networkReconciler(platform, ec2Backends(cloud.ec2));
});
afterEach(() => cloud.controls.faults.clear());
afterAll(() => Promise.all([database?.stop(), cloud?.stop()]));

const ofTenant = ({ principal }: Caller) => ({
  Filters: [{ Name: 'tag:thecloud:tenant', Values: [principal.tenant] }],
});

/** What a tenant has on EC2, by kind. */
const onEc2 = async (caller: Caller) => {
  const [vpcs, subnets, gateways, tables, groups] = await Promise.all([
    cloud.ec2.send(new DescribeVpcsCommand(ofTenant(caller))),
    cloud.ec2.send(new DescribeSubnetsCommand(ofTenant(caller))),
    cloud.ec2.send(new DescribeInternetGatewaysCommand(ofTenant(caller))),
    cloud.ec2.send(new DescribeRouteTablesCommand(ofTenant(caller))),
    cloud.ec2.send(new DescribeSecurityGroupsCommand(ofTenant(caller))),
  ]);
  return {
    vpcs: vpcs.Vpcs ?? [],
    subnets: subnets.Subnets ?? [],
    gateways: gateways.InternetGateways ?? [],
    tables: tables.RouteTables ?? [],
    groups: groups.SecurityGroups ?? [],
  };
};
const counts = async (caller: Caller) =>
  Object.fromEntries(Object.entries(await onEc2(caller)).map(([kind, all]) => [kind, all.length]));
const none = { vpcs: 0, subnets: 0, gateways: 0, tables: 0, groups: 0 };

const makeVpc = (caller: Caller, change: { name?: string; cidr_block?: string } = {}) =>
  platform.vpcs.create(caller, { name: 'net', cidr_block: '10.0.0.0/16', ...change });

const makeSubnet = (caller: Caller, vpcId: string, change: Record<string, unknown> = {}) =>
  platform.subnets.create(caller, vpcId, {
    name: 'sub',
    cidr_block: '10.0.1.0/24',
    availability_zone: undefined,
    public: true,
    ...change,
  });

const makeGroup = (caller: Caller, vpcId: string, name = 'web') =>
  platform.securityGroups.create(caller, { vpc_id: vpcId, name, description: 'Für den Dienst' });

const everything = { direction: 'ingress', protocol: 'all', cidr: '0.0.0.0/0', priority: 100 } as const;

/** A VPC with a public and a private subnet and two groups that name each other, all of it made. */
const makeAll = async (caller: Caller) => {
  const { id: vpc } = await makeVpc(caller);
  const [{ id: front }, { id: back }] = await Promise.all([
    makeSubnet(caller, vpc),
    makeSubnet(caller, vpc, { name: 'back', cidr_block: '10.0.2.0/24', public: false }),
  ]);
  const [{ id: web }, { id: db }] = await Promise.all([makeGroup(caller, vpc), makeGroup(caller, vpc, 'db')]);
  await platform.securityGroups.addRule(caller, web, { ...everything, cidr: '', source_group_id: db });
  await platform.securityGroups.addRule(caller, db, { ...everything, cidr: '', source_group_id: web });
  const resources = [
    ['VPC', vpc],
    ['SUBNET', front],
    ['SUBNET', back],
    ['SECURITY_GROUP', web],
    ['SECURITY_GROUP', db],
  ] as const;
  return { resources, vpc, front, back, web, db };
};

const usedOf = async ({ principal }: Caller) => {
  const { tables } = database;
  const items = await Promise.all(
    ['VPC', 'SUBNET', 'SECURITY_GROUP'].map((kind) =>
      tables.get({ pk: `T#${principal.tenant}#COUNTER`, sk: kind }, { consistent: true }),
    ),
  );
  return JSON.stringify(items);
};

describe('a network on EC2', () => {
  it('comes about with a gateway, a public route table, subnets and groups, and goes without a trace', async () => {
    const caller = newCaller();
    const { resources, vpc, front, back, web } = await makeAll(caller);
    const records = await reconciler.settled(caller, resources);
    expect(records.map((record) => record?.status)).toEqual([
      'active',
      'available',
      'available',
      'active',
      'active',
    ]);
    expect(records.map((record) => record?.event?.phase)).toEqual(Array(5).fill('succeeded'));

    const made = await onEc2(caller);
    const vpcId = (records[0] as VpcRecord).provider_id;
    const [frontId, backId] = [records[1], records[2]].map((record) => (record as SubnetRecord).provider_id);
    expect(made.vpcs).toMatchObject([{ VpcId: vpcId, CidrBlock: '10.0.0.0/16' }]);
    expect(made.gateways).toMatchObject([{ Attachments: [{ VpcId: vpcId }] }]);
    expect(made.tables).toMatchObject([
      {
        VpcId: vpcId,
        Associations: [{ SubnetId: frontId }],
        Routes: [
          { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' },
          { DestinationCidrBlock: '0.0.0.0/0', GatewayId: made.gateways[0]?.InternetGatewayId },
        ],
      },
    ]);
    const publicOf = new Map(made.subnets.map((one) => [one.SubnetId, one.MapPublicIpOnLaunch]));
    expect([publicOf.get(frontId), publicOf.get(backId)]).toEqual([true, false]);
    const { EnableDnsHostnames } = await cloud.ec2.send(
      new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute: 'enableDnsHostnames' }),
    );
    expect(EnableDnsHostnames?.Value).toBe(true);
    const dbId = (records[4] as SecurityGroupRecord).provider_id;
    expect(
      made.groups.find(({ GroupId }) => GroupId === (records[3] as SecurityGroupRecord).provider_id),
    ).toMatchObject({
      GroupName: `thecloud-${web}`,
      Description: 'F_r den Dienst',
      IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: dbId }] }],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
    expect((await platform.subnets.get(caller, front)).available_ip_count).toBe(251);
    expect((await platform.subnets.list(caller, vpc, everyPage)).items.map(({ id }) => id).sort()).toEqual(
      [front, back].sort(),
    );

    await platform.vpcs.delete(caller, vpc);
    expect(await reconciler.settled(caller, resources)).toEqual(Array(5).fill(undefined));
    expect(await counts(caller)).toEqual(none);
    expect(
      await addressPlans.find(database.tables, { tenant: caller.principal.tenant, id: vpc }),
    ).toBeUndefined();
    expect(await usedOf(caller)).not.toMatch(/:[1-9]/);
  });
});

const everyPage = { paged: false, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' } as const;
