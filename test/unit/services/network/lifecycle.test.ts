import {
  DeleteRouteTableCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeInternetGatewaysCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import type { SecurityGroupRecord } from '../../../../lib/services/security-groups/record.ts';
import type { SubnetRecord } from '../../../../lib/services/subnets/record.ts';
import type { VpcRecord } from '../../../../lib/services/vpcs/record.ts';
import { addressPlans, requestBalancerNetwork } from '../../../../lib/services/vpcs/service.ts';
import { type StandInCloud, startStandIn } from '../../../conformance/compute/stand-in-cloud.ts';
import { eventually } from '../../../support/eventually.ts';
import { ec2Backends, type Networks, networkReconciler, openNetworks } from '../../../support/network.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { newCaller } from '../instances/harness.ts';

let database: TestTables;
let cloud: StandInCloud;
let platform: Networks;
let reconciler: ReturnType<typeof networkReconciler>;

/** Time passes when a test says so, besides by itself: what waits a minute need not take one. */
let passed = 0;
const clock = { now: () => Date.now() + passed };
const fiveSecondsLater = () => {
  passed += 5_000;
};

beforeAll(async () => {
  [database, cloud] = await Promise.all([startTables({ clock }), startStandIn()]);
  platform = openNetworks(database.tables, { clock });
  reconciler = networkReconciler(platform, ec2Backends(cloud));
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
    expect(await usedOf(caller)).not.toMatch(/used_\w+":[1-9]/);
  });
});

/** Every action that makes a network or takes it apart. */
const making = [
  'CreateVpc',
  'ModifyVpcAttribute',
  'CreateInternetGateway',
  'AttachInternetGateway',
  'CreateRouteTable',
  'CreateRoute',
  'CreateSubnet',
  'ModifySubnetAttribute',
  'AssociateRouteTable',
  'CreateSecurityGroup',
  'AuthorizeSecurityGroupIngress',
];
const ending = [
  'RevokeSecurityGroupIngress',
  'DeleteSecurityGroup',
  'DeleteSubnet',
  'DeleteRouteTable',
  'DetachInternetGateway',
  'DeleteInternetGateway',
  'DeleteVpc',
];

/** Tries of one call: the first, and the SDK's two repeats. */
const tries = 3;

/** Each action, failing before its effect and after it; the first one is throttled too, which is the same for all. */
const disturbed = (actions: readonly string[]) => [
  [actions[0] as string, 'throttle'] as const,
  ...actions.flatMap((action) => [[action, 'before'] as const, [action, 'after'] as const]),
];

const whole = { vpcs: 1, subnets: 2, gateways: 1, tables: 1, groups: 2 };

describe('something goes wrong', () => {
  it.each(disturbed(making))('%s fails once (%s): one of everything is made', async (action, kind) => {
    const caller = newCaller();
    cloud.controls.faults.add({ action, kind, times: tries });
    const { resources } = await makeAll(caller);
    const records = await reconciler.settled(caller, resources, { between: fiveSecondsLater });
    expect(records.map((record) => record?.status_reason)).toEqual(Array(5).fill(undefined));
    expect(await counts(caller)).toEqual(whole);
  });

  it.each(disturbed(ending))('%s fails once (%s): nothing is left', async (action, kind) => {
    const caller = newCaller();
    const { resources, vpc } = await makeAll(caller);
    await reconciler.settled(caller, resources);
    await platform.vpcs.delete(caller, vpc);
    cloud.controls.faults.add({ action, kind, times: tries });
    const left = await reconciler.settled(caller, resources, { between: fiveSecondsLater });
    expect([left, await counts(caller), await usedOf(caller)]).toEqual([
      Array(5).fill(undefined),
      none,
      expect.not.stringMatching(/used_\w+":[1-9]/),
    ]);
  });

  it('the worker dies after every single call, on the way up and on the way down: one of everything, then nothing', async () => {
    const caller = newCaller();
    let calls = 0;
    const dying = new Set<string>();
    /** Lets each call happen once without telling anybody. */
    const mortal = <T extends object>(name: string, backend: T): T =>
      new Proxy(backend, {
        get: (target, property, receiver) => {
          const method: unknown = Reflect.get(target, property, receiver);
          if (typeof method !== 'function' || String(property).startsWith('find')) return method;
          return async (...args: unknown[]) => {
            const result: unknown = await (method as (...given: unknown[]) => Promise<unknown>).apply(
              target,
              args,
            );
            const key = `${name} ${String(property)} ${String(args[0])}`;
            if (dying.has(key)) return result;
            dying.add(key);
            calls++;
            throw new Error('the worker died');
          };
        },
      });
    const { vpcs, subnets, groups } = ec2Backends(cloud);
    const frail = networkReconciler(platform, {
      vpcs: mortal('vpc', vpcs),
      subnets: mortal('subnet', subnets),
      groups: mortal('group', groups),
    });
    const { resources, vpc } = await makeAll(caller);
    await frail.settled(caller, resources, { between: fiveSecondsLater });
    expect(await counts(caller)).toEqual(whole);
    await platform.vpcs.delete(caller, vpc);
    expect(await frail.settled(caller, resources, { between: fiveSecondsLater })).toEqual(
      Array(5).fill(undefined),
    );
    expect(await counts(caller)).toEqual(none);
    expect(calls).toBeGreaterThan(15);
  });

  it.each(making.slice(0, 8))('the VPC is deleted while %s is under way: nothing is left', async (action) => {
    const caller = newCaller();
    const { resources, vpc } = await makeAll(caller);
    cloud.controls.faults.add({ action, kind: 'after', times: tries });
    for (const [kind, id] of resources) await reconciler.look(caller, kind, id);
    await platform.vpcs.delete(caller, vpc);
    expect(await reconciler.settled(caller, resources, { between: fiveSecondsLater })).toEqual(
      Array(5).fill(undefined),
    );
    expect(await counts(caller)).toEqual(none);
  });

  it.each(['CreateVpc', 'CreateInternetGateway', 'CreateRouteTable'])(
    'the VPC is deleted while %s is answered late: it is gone at once, without waiting for what may yet show',
    async (action) => {
      const caller = newCaller();
      const { id } = await makeVpc(caller);
      cloud.controls.faults.add({ action, kind: 'delay', milliseconds: 300, times: 1 });
      const looking = reconciler.look(caller, 'VPC', id);
      await eventually(`${action} is under way`, async () => cloud.controls.faults.list().length === 0);
      await platform.vpcs.delete(caller, id);
      await looking;
      const began = passed;
      expect(await reconciler.settled(caller, [['VPC', id]])).toEqual([undefined]);
      expect(await counts(caller)).toEqual(none);
      expect(passed).toBe(began);
    },
  );

  it('a creation was made twice: the older one stays', async () => {
    const caller = newCaller();
    const { id } = await makeVpc(caller);
    const { vpcs } = ec2Backends(cloud);
    const owner = { tenant: caller.principal.tenant, id, name: 'net' };
    const signal = AbortSignal.timeout(10_000);
    const ids = await Promise.all([1, 2].map(() => vpcs.createVpc(owner, '10.0.0.0/16', signal)));
    const [record] = await reconciler.settled(caller, [['VPC', id]]);
    expect((record as VpcRecord).provider_id).toBe(ids.sort()[0]);
    expect(await counts(caller)).toMatchObject({ vpcs: 1 });
  });

  it.each(['VpcLimitExceeded', 'InternetGatewayLimitExceeded'])(
    'at the account’s limit (%s) it fails at once and names it, and can be deleted',
    async (error) => {
      const caller = newCaller();
      const { id } = await makeVpc(caller);
      const action = error === 'VpcLimitExceeded' ? 'CreateVpc' : 'CreateInternetGateway';
      cloud.controls.faults.add({ action, kind: 'before', error, times: 1 });
      const [failed] = await reconciler.settled(caller, [['VPC', id]]);
      expect(failed).toMatchObject({
        status: 'ERROR',
        status_reason: expect.stringContaining(error),
        failures: 1,
      });
      const subnet = await makeSubnet(caller, id);
      expect(await reconciler.settled(caller, [['SUBNET', subnet.id]])).toMatchObject([
        { status: 'ERROR', status_reason: expect.stringContaining('the vpc is in ERROR') },
      ]);
      await platform.vpcs.delete(caller, id);
      await reconciler.settled(caller, [
        ['VPC', id],
        ['SUBNET', subnet.id],
      ]);
      expect(await counts(caller)).toEqual(none);
    },
  );
});

describe('a security group on EC2', () => {
  const rulesOf = async (caller: Caller, id: string) => {
    const [record] = await reconciler.settled(caller, [['SECURITY_GROUP', id]]);
    const { provider_id } = record as SecurityGroupRecord;
    const { groups } = await onEc2(caller);
    const group = groups.find(({ GroupId }) => GroupId === provider_id);
    return { ingress: group?.IpPermissions, egress: group?.IpPermissionsEgress };
  };

  it('has just the permissions of its rules, also after rules went and somebody else added one', async () => {
    const caller = newCaller();
    const { id: vpc } = await makeVpc(caller);
    await reconciler.settled(caller, [['VPC', vpc]]);
    const { id } = await makeGroup(caller, vpc);
    expect(await rulesOf(caller, id)).toMatchObject({ ingress: [], egress: [{ IpProtocol: '-1' }] });

    const web = { ...everything, protocol: 'tcp', port_min: 80, port_max: 443 } as const;
    const rule = await platform.securityGroups.addRule(caller, id, web);
    await platform.securityGroups.addRule(caller, id, {
      ...everything,
      protocol: 'icmp',
      cidr: '2001:db8::/32',
    });
    await platform.securityGroups.addRule(caller, id, {
      ...everything,
      protocol: 'udp',
      cidr: '',
      source_group_id: id,
    });
    const out = await platform.securityGroups.addRule(caller, id, {
      ...web,
      direction: 'egress',
      cidr: '10.0.0.0/8',
    });
    const own = ((await reconciler.find(caller, 'SECURITY_GROUP', id)) as SecurityGroupRecord).provider_id;
    expect(await rulesOf(caller, id)).toMatchObject({
      ingress: expect.arrayContaining([
        expect.objectContaining({
          IpProtocol: 'tcp',
          FromPort: 80,
          ToPort: 443,
          IpRanges: [{ CidrIp: '0.0.0.0/0' }],
        }),
        expect.objectContaining({ IpProtocol: 'icmpv6', Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] }),
        expect.objectContaining({
          IpProtocol: 'udp',
          FromPort: 0,
          ToPort: 65_535,
          UserIdGroupPairs: [expect.objectContaining({ GroupId: own })],
        }),
      ]),
      egress: [{ IpProtocol: 'tcp', IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
    });

    await ec2Backends(cloud).groups.authorize(
      own as string,
      'ingress',
      [{ protocol: 'tcp', from_port: 22, to_port: 22, peer: { cidr: '0.0.0.0/0' } }],
      AbortSignal.timeout(10_000),
    );
    await platform.securityGroups.removeRule(caller, id, rule.id);
    await platform.securityGroups.removeRule(caller, id, out.id);
    const after = await rulesOf(caller, id);
    expect(after.ingress?.map(({ IpProtocol }) => IpProtocol).sort()).toEqual(['icmpv6', 'udp']);
    expect(after.egress).toMatchObject([{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }]);
  });

  it('takes sixty rules at once for each direction, though EC2 begins with one of its own', async () => {
    const caller = newCaller();
    const { id: vpc } = await makeVpc(caller);
    await reconciler.settled(caller, [['VPC', vpc]]);
    const { id } = await makeGroup(caller, vpc);
    await reconciler.settled(caller, [['SECURITY_GROUP', id]]);
    for (let port = 1; port <= 60; port++)
      await platform.securityGroups.addRule(caller, id, {
        ...everything,
        direction: 'egress',
        protocol: 'tcp',
        port_min: port,
        port_max: port,
      });
    expect((await rulesOf(caller, id)).egress).toHaveLength(60);
  });
});

describe('the network of balancers', () => {
  it.each([
    ['10.0.0.0/16', '100.64.0.0/25', '100.64.0.128/25'],
    ['100.64.0.0/16', '100.127.255.0/25', '100.127.255.128/25'],
  ])('of %s has a subnet in each of two zones, and goes with the VPC', async (cidr_block, first, second) => {
    const caller = newCaller();
    const { id } = await makeVpc(caller, { cidr_block });
    const [vpc] = await reconciler.settled(caller, [['VPC', id]]);
    const writes = requestBalancerNetwork(platform.stores.vpcs, vpc as VpcRecord);
    await database.tables.transact(writes);
    const [after] = (await reconciler.settled(caller, [['VPC', id]])) as VpcRecord[];
    expect(after?.balancer_subnets?.map(({ zone }) => zone)).toEqual(['us-east-1a', 'us-east-1b']);
    expect(requestBalancerNetwork(platform.stores.vpcs, after as VpcRecord)).toEqual([]);
    const made = await onEc2(caller);
    expect(made.subnets.map(({ SubnetId, CidrBlock }) => [SubnetId, CidrBlock]).sort()).toEqual(
      [
        [after?.balancer_subnets?.[0]?.id, first],
        [after?.balancer_subnets?.[1]?.id, second],
      ].sort(),
    );
    expect(made.tables[0]?.Associations).toHaveLength(2);
    await platform.vpcs.delete(caller, id);
    expect(await reconciler.settled(caller, [['VPC', id]])).toEqual([undefined]);
    expect(await counts(caller)).toEqual(none);
  });

  it('has its range once where the answer to asking for it is lost', async () => {
    const caller = newCaller();
    const { id } = await makeVpc(caller);
    const [vpc] = await reconciler.settled(caller, [['VPC', id]]);
    await database.tables.transact(requestBalancerNetwork(platform.stores.vpcs, vpc as VpcRecord));
    cloud.controls.faults.add({ action: 'AssociateVpcCidrBlock', kind: 'after', times: 1 });
    const [after] = await reconciler.settled(caller, [['VPC', id]], { between: fiveSecondsLater });
    expect(after).toMatchObject({ status: 'active', balancer_block: '100.64.0.0/24' });
    expect((await onEc2(caller)).subnets).toHaveLength(2);
  });
});

describe('what is deleted outside of the platform', () => {
  const anHourLater = () => {
    passed += 3_600_000;
  };
  const deleteOf = {
    SUBNET: (SubnetId: string) => cloud.ec2.send(new DeleteSubnetCommand({ SubnetId })),
    SECURITY_GROUP: (GroupId: string) => cloud.ec2.send(new DeleteSecurityGroupCommand({ GroupId })),
  };

  it.each([
    ['SUBNET', 'the subnet is gone; it was deleted outside of the platform'],
    ['SECURITY_GROUP', 'the security group is gone; it was deleted outside of the platform'],
  ] as const)('shows at the next look at a %s, once, and can be deleted', async (kind, status_reason) => {
    const caller = newCaller();
    const { id: vpc } = await makeVpc(caller);
    const { id } = await (kind === 'SUBNET' ? makeSubnet(caller, vpc) : makeGroup(caller, vpc));
    const made = await reconciler.settled(caller, [
      ['VPC', vpc],
      [kind, id],
    ]);
    await deleteOf[kind]((made[1] as SubnetRecord).provider_id as string);
    anHourLater();
    await reconciler.look(caller, kind, id);
    const failed = await reconciler.find(caller, kind, id);
    expect(failed).toMatchObject({
      status: 'ERROR',
      status_reason,
    });
    await reconciler.look(caller, kind, id);
    expect(await reconciler.find(caller, kind, id)).toEqual(failed);
    expect(await counts(caller)).toMatchObject(kind === 'SUBNET' ? { subnets: 0 } : { groups: 0 });
    await (kind === 'SUBNET'
      ? platform.subnets.delete(caller, id)
      : platform.securityGroups.delete(caller, id));
    expect(await reconciler.settled(caller, [[kind, id]])).toEqual([undefined]);
  });

  it('shows at a VPC, which can be deleted with what it left behind', async () => {
    const caller = newCaller();
    const { id } = await makeVpc(caller);
    const [made] = (await reconciler.settled(caller, [['VPC', id]])) as VpcRecord[];
    const { provider_id: VpcId, gateway_id: InternetGatewayId, route_table_id: RouteTableId } = made ?? {};
    await cloud.ec2.send(new DeleteRouteTableCommand({ RouteTableId }));
    await cloud.ec2.send(new DetachInternetGatewayCommand({ InternetGatewayId, VpcId }));
    await cloud.ec2.send(new DeleteVpcCommand({ VpcId }));
    anHourLater();
    await reconciler.look(caller, 'VPC', id);
    expect(await reconciler.find(caller, 'VPC', id)).toMatchObject({
      status: 'ERROR',
      status_reason: 'the VPC is gone; it was deleted outside of the platform',
    });
    expect(await counts(caller)).toEqual({ ...none, gateways: 1 });
    await platform.vpcs.delete(caller, id);
    expect(await reconciler.settled(caller, [['VPC', id]])).toEqual([undefined]);
    expect(await counts(caller)).toEqual(none);
  });

  it('is made again where it is a subnet that the platform keeps for balancers', async () => {
    const caller = newCaller();
    const { id } = await makeVpc(caller);
    const [vpc] = await reconciler.settled(caller, [['VPC', id]]);
    await database.tables.transact(requestBalancerNetwork(platform.stores.vpcs, vpc as VpcRecord));
    const [before] = (await reconciler.settled(caller, [['VPC', id]])) as VpcRecord[];
    const [first, second] = before?.balancer_subnets ?? [];
    await deleteOf.SUBNET(first?.id as string);
    anHourLater();
    await reconciler.look(caller, 'VPC', id);
    const [after] = (await reconciler.settled(caller, [['VPC', id]])) as VpcRecord[];
    expect(after).toMatchObject({ status: 'active', generation: before?.generation });
    expect(after?.balancer_subnets).toContainEqual(second);
    expect(after?.balancer_subnets?.map(({ zone }) => zone).sort()).toEqual(['us-east-1a', 'us-east-1b']);
    const made = await onEc2(caller);
    expect(made.subnets.map(({ SubnetId }) => SubnetId).sort()).toEqual(
      after?.balancer_subnets?.map((subnet) => subnet.id).sort(),
    );
    expect(made.tables[0]?.Associations).toHaveLength(2);
  });

  it('is not thought to be gone while EC2 may not show it yet, and comes to no harm by a look', async () => {
    const caller = newCaller();
    const { resources } = await makeAll(caller);
    const before = await reconciler.settled(caller, resources);
    anHourLater();
    for (const [kind, id] of resources) await reconciler.look(caller, kind, id);
    expect(await Promise.all(resources.map(([kind, id]) => reconciler.find(caller, kind, id)))).toEqual(
      before,
    );
    const { id } = await makeSubnet(caller, resources[0][1], { name: 'young', cidr_block: '10.0.3.0/24' });
    const [young] = await reconciler.settled(caller, [['SUBNET', id]]);
    await deleteOf.SUBNET((young as SubnetRecord).provider_id as string);
    await reconciler.look(caller, 'SUBNET', id);
    expect(await reconciler.find(caller, 'SUBNET', id)).toMatchObject({ status: 'available' });
  });
});

const everyPage = { paged: false, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' } as const;
