import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Caller } from '../../../../lib/platform/http/caller.ts';
import { canonicalRule } from '../../../../lib/services/security-groups/canonical-rule.ts';
import { AddRule } from '../../../../lib/services/security-groups/rule-input.ts';
import { CreateSecurityGroup, SecurityGroupQuery } from '../../../../lib/services/security-groups/schema.ts';
import { CreateSubnet } from '../../../../lib/services/subnets/schema.ts';
import { addressPlans, maxSubnets } from '../../../../lib/services/vpcs/address-plan.ts';
import { CreateVpc } from '../../../../lib/services/vpcs/schema.ts';
import { launchInput, type Networks, openNetworks } from '../../../support/network.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { everything, newCaller } from '../instances/harness.ts';

let database: TestTables;
let platform: Networks;

beforeAll(async () => {
  database = await startTables();
  platform = openNetworks(database.tables);
});
afterAll(() => database?.stop());

const vpcOf = (caller: Caller, change: Record<string, unknown> = {}) =>
  platform.vpcs.create(caller, CreateVpc.parse({ name: 'net', ...change }));
const subnetOf = (caller: Caller, vpcId: string, change: Record<string, unknown> = {}) =>
  platform.subnets.create(
    caller,
    vpcId,
    CreateSubnet.parse({ name: 'sub', cidr_block: '10.0.1.0/24', ...change }),
  );
const groupOf = (caller: Caller, vpcId: string, name = 'web') =>
  platform.securityGroups.create(caller, CreateSecurityGroup.parse({ vpc_id: vpcId, name }));
const launch = (caller: Caller, change: Record<string, unknown>) =>
  platform.instances.launch(caller, launchInput(change));

const refusal = (type: string, message: string | RegExp) => ({
  type,
  message: message instanceof RegExp ? expect.stringMatching(message) : expect.stringContaining(message),
});

describe('a subnet’s range', () => {
  it.each([
    ['outside of the VPC', '10.1.0.0/24', 'INVALID_INPUT', '10.0.0.0/16'],
    ['larger than the VPC, at its first address', '10.0.0.0/16', 'INVALID_INPUT', 'overlaps 10.0.1.0/24'],
    ['the same as another’s', '10.0.1.0/24', 'INVALID_INPUT', 'overlaps 10.0.1.0/24'],
    ['within another’s', '10.0.1.128/28', 'INVALID_INPUT', 'overlaps 10.0.1.0/24'],
    ['around another’s', '10.0.0.0/20', 'INVALID_INPUT', 'overlaps 10.0.1.0/24'],
  ])('is refused where it is %s', async (_, cidr_block, type, message) => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    await subnetOf(caller, vpc.id);
    await expect(subnetOf(caller, vpc.id, { name: 'other', cidr_block })).rejects.toMatchObject(
      refusal(type, message),
    );
    expect((await platform.subnets.list(caller, vpc.id, everything)).items).toHaveLength(1);
  });

  it.each([
    '10.0.1.1/24',
    '10.0.0.0/15',
    '10.0.0.0/29',
    '10.0.0/24',
    '010.0.0.0/24',
    '10.0.0.0',
    '::/64',
    '0.1.0.0/16',
    '127.0.0.0/24',
    '169.254.0.0/16',
    '239.0.0.0/16',
    '',
  ])('%s is none', (cidr_block) => {
    expect(CreateSubnet.safeParse({ name: 'x', cidr_block }).success).toBe(false);
    if (cidr_block !== '') expect(CreateVpc.safeParse({ name: 'x', cidr_block }).success).toBe(false);
  });

  it.each([undefined, null, ''])('of a VPC is the contract’s where %s is sent', (cidr_block) => {
    expect(CreateVpc.parse({ name: 'x', cidr_block }).cidr_block).toBe('10.0.0.0/16');
  });

  it('is given once, however many ask for it at once', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const asked = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => subnetOf(caller, vpc.id, { name: `n${n}` })),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is taken until its subnet is gone', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const { id } = await subnetOf(caller, vpc.id);
    await platform.subnets.delete(caller, id);
    await expect(subnetOf(caller, vpc.id)).rejects.toMatchObject(refusal('CONFLICT', 'being deleted'));
    await subnetOf(caller, vpc.id, { cidr_block: '10.0.2.0/24' });
  });

  it('is one of sixty-four', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    for (let n = 0; n < maxSubnets; n++)
      await subnetOf(caller, vpc.id, { name: `n${n}`, cidr_block: `10.0.${n}.0/28` });
    await expect(
      subnetOf(caller, vpc.id, { name: 'last', cidr_block: '10.0.200.0/28' }),
    ).rejects.toMatchObject(refusal('RESOURCE_LIMIT_EXCEEDED', '64'));
    expect(await platform.vpcs.delete(caller, vpc.id)).toEqual({ message: 'vpc deleted' });
  }, 60_000);
});

describe('a zone', () => {
  it.each([
    [undefined, 'us-east-1a'],
    ['', 'us-east-1a'],
    ['us-east-1b', 'us-east-1b'],
    ['eu-west-1b', 'us-east-1b'],
  ])('%s of a subnet is %s', async (availability_zone, zone) => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    expect(await subnetOf(caller, vpc.id, { availability_zone })).toMatchObject({ availability_zone: zone });
  });

  it('that is not there is refused with those that are', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    await expect(subnetOf(caller, vpc.id, { availability_zone: 'us-east-1z' })).rejects.toMatchObject(
      refusal('INVALID_INPUT', 'us-east-1a, us-east-1b'),
    );
  });
});

describe('a launch', () => {
  it('fits two hundred and fifty-one into a /24, and no more', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const { id } = await subnetOf(caller, vpc.id);
    const asked = await Promise.allSettled(
      Array.from({ length: 255 }, () => launch(caller, { subnet_id: id })),
    );
    const failed = asked.filter((one) => one.status === 'rejected');
    expect(asked.length - failed.length).toBe(251);
    for (const { reason } of failed)
      expect(reason).toMatchObject(refusal('RESOURCE_LIMIT_EXCEEDED', 'free addresses'));
    expect((await platform.subnets.get(caller, id)).available_ip_count).toBe(0);
  }, 120_000);

  it('into a VPC without a subnet in the home zone makes one, only one, and leaves the other zone alone', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    await subnetOf(caller, vpc.id, {
      name: 'default',
      cidr_block: '10.0.0.0/24',
      availability_zone: 'us-east-1b',
    });
    const instances = await Promise.all([1, 2, 3, 4].map(() => launch(caller, { vpc_id: vpc.id })));
    const { items } = await platform.subnets.list(caller, vpc.id, everything);
    expect(
      items.map(({ name, cidr_block, availability_zone }) => [name, cidr_block, availability_zone]),
    ).toEqual([
      ['default-us-east-1a', '10.0.16.0/20', 'us-east-1a'],
      ['default', '10.0.0.0/24', 'us-east-1b'],
    ]);
    expect(new Set(instances.map(({ subnet_id }) => subnet_id))).toEqual(new Set([items[0]?.id]));
  });

  it('passes over a subnet that AWS did not make, and makes no other in its place', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const failed = await subnetOf(caller, vpc.id);
    const { subnets } = platform.stores;
    const record = await subnets.get(caller.principal.tenant, failed.id);
    await subnets.settle(record, { set: { status: 'ERROR', status_reason: 'SubnetLimitExceeded' } });
    await expect(launch(caller, { vpc_id: vpc.id })).rejects.toMatchObject(
      refusal('CONFLICT', 'SubnetLimitExceeded'),
    );
    const whole = await subnetOf(caller, vpc.id, { name: 'whole', cidr_block: '10.0.2.0/24' });
    expect(await launch(caller, { vpc_id: vpc.id })).toMatchObject({ subnet_id: whole.id });
    await platform.subnets.delete(caller, failed.id);
    expect(await launch(caller, { vpc_id: vpc.id })).toMatchObject({ subnet_id: whole.id });
  });

  it('keeps to the oldest subnet of the home zone', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const oldest = await subnetOf(caller, vpc.id);
    await subnetOf(caller, vpc.id, { name: 'younger', cidr_block: '10.0.2.0/24' });
    expect(await launch(caller, { vpc_id: vpc.id })).toMatchObject({
      subnet_id: oldest.id,
      zone: 'us-east-1a',
    });
  });

  it.each([
    ['10.0.1.0', 'AWS keeps'],
    ['10.0.1.3', 'AWS keeps'],
    ['10.0.1.255', 'AWS keeps'],
    ['10.0.2.4', 'range 10.0.1.0/24'],
  ])('can’t have the address %s', async (private_ip, message) => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const { id } = await subnetOf(caller, vpc.id);
    await expect(launch(caller, { subnet_id: id, private_ip })).rejects.toMatchObject(
      refusal('INVALID_INPUT', message),
    );
  });

  it('has its named address alone, until its machine is gone', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const { id } = await subnetOf(caller, vpc.id);
    const named = { subnet_id: id, private_ip: '10.0.1.4' };
    const asked = await Promise.allSettled([1, 2, 3].map(() => launch(caller, named)));
    expect(asked.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    const [first] = asked.flatMap((one) => (one.status === 'fulfilled' ? [one.value.id] : []));
    const record = await platform.stores.instances.get(caller.principal.tenant, first as string);
    await platform.instances.delete(caller, record.id);
    await expect(launch(caller, named)).rejects.toMatchObject(refusal('CONFLICT', '10.0.1.4'));
    await database.tables.transact(platform.cloudNetworks.release(record));
    await launch(caller, named);
  });

  it('names what fits together', async () => {
    const caller = newCaller();
    const [one, other] = [await vpcOf(caller), await vpcOf(caller, { name: 'other' })];
    const subnet = await subnetOf(caller, one.id);
    const [mine, foreign] = [await groupOf(caller, one.id), await groupOf(caller, other.id)];
    await expect(launch(caller, { vpc_id: other.id, subnet_id: subnet.id })).rejects.toMatchObject(
      refusal('INVALID_INPUT', 'subnet_id'),
    );
    await expect(
      launch(caller, { subnet_id: subnet.id, security_group_ids: [mine.id, foreign.id] }),
    ).rejects.toMatchObject(refusal('INVALID_INPUT', 'security_group_ids.1'));
    await expect(launch(caller, { security_group_ids: [mine.id] })).rejects.toMatchObject(
      refusal('INVALID_INPUT', 'vpc_id'),
    );
    await expect(launch(newCaller(), { subnet_id: subnet.id })).rejects.toMatchObject(
      refusal('NOT_FOUND', 'subnet not found'),
    );
    expect(await launch(caller, { subnet_id: subnet.id, security_group_ids: [mine.id] })).toMatchObject({
      vpc_id: one.id,
      security_group_ids: [mine.id],
    });
  });
});

describe('what is in use', () => {
  it('is not deleted, and says by whom; what is being terminated does not count', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const subnet = await subnetOf(caller, vpc.id);
    const [group, other] = [await groupOf(caller, vpc.id), await groupOf(caller, vpc.id, 'other')];
    await platform.securityGroups.addRule(
      caller,
      other.id,
      AddRule.parse({ direction: 'ingress', protocol: 'tcp', source_group_id: group.id }),
    );
    const instance = await launch(caller, {
      name: 'inside',
      subnet_id: subnet.id,
      security_group_ids: [group.id],
    });
    await expect(platform.vpcs.delete(caller, vpc.id)).rejects.toMatchObject(
      refusal('CONFLICT', 'instance inside'),
    );
    await expect(platform.subnets.delete(caller, subnet.id)).rejects.toMatchObject(
      refusal('CONFLICT', 'instance inside'),
    );
    await expect(platform.securityGroups.delete(caller, group.id)).rejects.toMatchObject(
      refusal('CONFLICT', /instance inside, security group other/),
    );
    await platform.instances.delete(caller, instance.id);
    await expect(platform.securityGroups.delete(caller, group.id)).rejects.toMatchObject(
      refusal('CONFLICT', 'security group other'),
    );
    await platform.vpcs.delete(caller, vpc.id);
    await expect(launch(caller, { vpc_id: vpc.id })).rejects.toMatchObject(refusal('NOT_FOUND', 'vpc'));
    await expect(launch(caller, { subnet_id: subnet.id })).rejects.toMatchObject(
      refusal('NOT_FOUND', 'subnet'),
    );
    await expect(groupOf(caller, vpc.id, 'late')).rejects.toMatchObject(refusal('NOT_FOUND', 'vpc'));
    await expect(subnetOf(caller, vpc.id, { name: 'late' })).rejects.toMatchObject(
      refusal('NOT_FOUND', 'vpc'),
    );
  });

  it('a VPC that is deleted hides its subnets and groups at once', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const [subnet, group] = [await subnetOf(caller, vpc.id), await groupOf(caller, vpc.id)];
    await platform.vpcs.delete(caller, vpc.id);
    await expect(platform.subnets.get(caller, subnet.id)).rejects.toMatchObject(
      refusal('NOT_FOUND', 'subnet not found'),
    );
    await expect(platform.securityGroups.get(caller, group.id)).rejects.toMatchObject(
      refusal('NOT_FOUND', 'security group not found'),
    );
  });

  it('a VPC that is deleted while instances are launched into it is either in use or closed', async () => {
    for (let round = 0; round < 5; round++) {
      const caller = newCaller();
      const vpc = await vpcOf(caller);
      await subnetOf(caller, vpc.id);
      const [deleted, ...launched] = await Promise.allSettled([
        platform.vpcs.delete(caller, vpc.id),
        ...[1, 2, 3].map(() => launch(caller, { vpc_id: vpc.id })),
      ]);
      const inside = launched.filter(({ status }) => status === 'fulfilled').length;
      if (deleted?.status === 'fulfilled') expect(inside).toBe(0);
      else expect(inside).toBeGreaterThan(0);
      const plan = await addressPlans.find(database.tables, { tenant: caller.principal.tenant, id: vpc.id });
      expect(plan?.closed).toBe(deleted?.status === 'fulfilled');
    }
  });
});

describe('a security group', () => {
  it.each([undefined, null, '', '  '])('has no description where %j is sent', (description) => {
    const sent = { vpc_id: '01890a5d-ac96-774b-bcce-b302099a8057', name: 'web', description };
    expect(CreateSecurityGroup.parse(sent).description).toBe('');
  });

  it('is looked for by its id alone where an empty vpc_id is sent', () => {
    expect(SecurityGroupQuery.parse({ vpc_id: '' }).vpc_id).toBeUndefined();
    expect(SecurityGroupQuery.safeParse({ vpc_id: 'net' }).success).toBe(false);
  });

  it.each([
    [{}, { cidr: '0.0.0.0/0', priority: 100 }],
    [{ id: '', port_min: 0, port_max: 0 }, { cidr: '0.0.0.0/0' }],
    [{ port_min: 0, port_max: 65_535 }, { cidr: '0.0.0.0/0' }],
    [{ port_min: 80 }, { port_min: 80, port_max: 80 }],
    [{ cidr: '2001:DB8:0:0::/32' }, { cidr: '2001:db8::/32' }],
    [{ cidr: '::/0' }, { cidr: '::/0' }],
    [
      { cidr: '10.0.0.0/8', priority: 1 },
      { cidr: '10.0.0.0/8', priority: 1 },
    ],
  ])('takes the rule %j', async (fields, expected) => {
    const rule = await canonicalRule(AddRule.parse({ direction: 'ingress', protocol: 'tcp', ...fields }));
    expect(rule).toMatchObject(expected);
    if (!('port_min' in expected)) expect(rule).not.toHaveProperty('port_min');
  });

  it.each([
    ['direction', { direction: 'sideways' }],
    ['protocol', { protocol: 'sctp' }],
    ['port_min', { port_min: -1 }],
    ['port_max', { port_max: 65_536 }],
    ['port_max', { port_min: 443, port_max: 80 }],
    ['port_min', { protocol: 'icmp', port_min: 8, port_max: 8 }],
    ['port_min', { protocol: 'all', port_min: 80, port_max: 80 }],
    ['cidr', { cidr: '10.0.0.0/8', source_group_id: '01900000-0000-7000-8000-00000000dead' }],
    ['source_group_id', { source_group_id: 'web' }],
    ['priority', { priority: -1 }],
  ])('refuses a rule for its %s: %j', (field, fields) => {
    const result = AddRule.safeParse({ direction: 'ingress', protocol: 'tcp', ...fields });
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  it.each([
    '10.0.0.1/8',
    '2001:db8::1/32',
    '10.0.0.0',
    '010.0.0.0/8',
    '10.0.0.0/33',
    '0x0a.0.0.0/8',
    'everywhere',
  ])('refuses a rule for its cidr: %s', async (cidr) => {
    const rule = AddRule.parse({ direction: 'ingress', protocol: 'tcp', cidr });
    await expect(canonicalRule(rule)).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'cidr' }],
    });
  });

  it('has each rule once, sixty for each direction, and lists them by priority', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const { id } = await groupOf(caller, vpc.id);
    const add = (fields: Record<string, unknown>) =>
      platform.securityGroups.addRule(
        caller,
        id,
        AddRule.parse({ direction: 'ingress', protocol: 'tcp', ...fields }),
      );
    for (let port = 1; port <= 60; port++) await add({ port_min: port, priority: port });
    await expect(add({ port_min: 61 })).rejects.toMatchObject(
      refusal('RESOURCE_LIMIT_EXCEEDED', '60 ingress'),
    );
    await expect(add({ port_min: 60, priority: 9 })).rejects.toMatchObject(refusal('CONFLICT', 'already'));
    await add({ direction: 'egress', priority: 1_000 });
    const { rules = [] } = await platform.securityGroups.get(caller, 'web', vpc.id);
    expect(rules.slice(0, 3).map(({ priority }) => priority)).toEqual([1_000, 60, 59]);
  });

  it('takes instances of its VPC in and out, five groups at most for each', async () => {
    const caller = newCaller();
    const vpc = await vpcOf(caller);
    const instance = await launch(caller, { vpc_id: vpc.id });
    const outside = await launch(caller, {});
    const groups = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => groupOf(caller, vpc.id, `g${n}`)));
    const { securityGroups } = platform;
    const attach = (group_id: string, instance_id = instance.id) =>
      securityGroups.attach(caller, { instance_id, group_id });
    for (const group of groups.slice(0, 5)) await attach(group.id);
    const [first, sixth] = [groups[0]?.id as string, groups[5]?.id as string];
    await attach(first);
    await expect(attach(sixth)).rejects.toMatchObject(refusal('INVALID_INPUT', 'at most 5'));
    await expect(attach(first, outside.id)).rejects.toMatchObject(refusal('INVALID_INPUT', 'another VPC'));
    for (const _ of [1, 2])
      await securityGroups.detach(caller, { instance_id: instance.id, group_id: first });
    await attach(sixth);
    expect((await platform.instances.get(caller, instance.id)).security_group_ids).toEqual(
      groups.slice(1).map(({ id }) => id),
    );
    await securityGroups.delete(caller, first);
  });

  it('names only groups of its own VPC', async () => {
    const caller = newCaller();
    const [one, other] = [await vpcOf(caller), await vpcOf(caller, { name: 'other' })];
    const [mine, foreign] = [await groupOf(caller, one.id), await groupOf(caller, other.id)];
    await expect(
      platform.securityGroups.addRule(
        caller,
        mine.id,
        AddRule.parse({ direction: 'ingress', protocol: 'all', source_group_id: foreign.id }),
      ),
    ).rejects.toMatchObject(refusal('INVALID_INPUT', 'source_group_id'));
  });
});

describe('names', () => {
  it('of VPCs are unique for the tenant, of subnets and groups within the VPC', async () => {
    const caller = newCaller();
    const [one, other] = [await vpcOf(caller), await vpcOf(caller, { name: 'other' })];
    await expect(vpcOf(caller)).rejects.toMatchObject(refusal('CONFLICT', 'net'));
    await expect(platform.vpcs.update(caller, 'other', { name: 'net' })).rejects.toMatchObject({
      type: 'CONFLICT',
    });
    for (const vpc of [one, other]) {
      await subnetOf(caller, vpc.id);
      await groupOf(caller, vpc.id);
    }
    await expect(subnetOf(caller, one.id, { cidr_block: '10.0.2.0/24' })).rejects.toMatchObject({
      type: 'CONFLICT',
    });
    await expect(groupOf(caller, one.id)).rejects.toMatchObject({ type: 'CONFLICT' });
    expect((await platform.vpcs.get(caller, 'net')).id).toBe(one.id);
    expect((await platform.securityGroups.get(caller, 'web', other.id)).vpc_id).toBe(other.id);
    await expect(platform.securityGroups.get(caller, 'web')).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });
});
