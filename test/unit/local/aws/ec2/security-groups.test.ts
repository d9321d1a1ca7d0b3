import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  type AuthorizeSecurityGroupIngressCommandInput,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  ModifyInstanceAttributeCommand,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type UserIdGroupPair,
} from '@aws-sdk/client-ec2';
import { beforeEach, describe, expect, it } from 'vitest';
import { describeOne, type Ec2, launch, makeNetwork, type Network, startEc2 } from './harness.ts';

let ec2: Ec2;
let network: Network;
beforeEach(async () => {
  ec2 = startEc2();
  network = await makeNetwork(ec2);
});

const http = { IpProtocol: 'tcp', FromPort: 80, ToPort: 80, IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
const groupOf = async (GroupId: string) =>
  (await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }))).SecurityGroups?.[0];

describe('a security group', () => {
  it('starts with all traffic out and none in', async () => {
    expect(await groupOf(network.groupId)).toMatchObject({
      GroupName: 'tenant',
      VpcId: network.vpcId,
      IpPermissions: [],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    });
  });

  it.each([
    ['a name that is taken', { GroupName: 'tenant' }, 'InvalidGroup.Duplicate'],
    ['a name like an id', { GroupName: 'sg-1' }, 'InvalidParameterValue'],
    ['a name beyond ASCII', { GroupName: 'größe' }, 'InvalidParameterValue'],
    ['a name of 256 characters', { GroupName: 'x'.repeat(256) }, 'InvalidParameterValue'],
    ['the name default', { GroupName: 'default' }, 'InvalidParameterValue'],
    ['no description', { Description: '' }, 'MissingParameter'],
    ['no VPC', { VpcId: undefined }, 'VPCIdNotSpecified'],
    ['an unknown VPC', { VpcId: 'vpc-00000000000000000' }, 'InvalidVpcID.NotFound'],
  ])('is not made with %s', async (_, changes, name) => {
    const input = { VpcId: network.vpcId, GroupName: 'another', Description: 'Another', ...changes };
    await expect(ec2.send(new CreateSecurityGroupCommand(input))).rejects.toMatchObject({ name });
  });

  it('can not go while a rule of another names it', async () => {
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ VpcId: network.vpcId, GroupName: 'b', Description: 'B' }),
    );
    const permission = { IpProtocol: '-1', UserIdGroupPairs: [{ GroupId: network.groupId }] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));
    await expect(
      ec2.send(new DeleteSecurityGroupCommand({ GroupId: network.groupId })),
    ).rejects.toMatchObject({
      name: 'DependencyViolation',
      message: `resource ${network.groupId} has a dependent object`,
    });
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId }));
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: network.groupId }));
    await expect(groupOf(network.groupId)).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
  });
});

describe('rules', () => {
  it('are added, listed and removed', async () => {
    const { SecurityGroupRules: added } = await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: network.groupId,
        IpPermissions: [
          { ...http, IpRanges: [{ CidrIp: '10.0.0.9/8', Description: 'inside' }, { CidrIp: '0.0.0.0/0' }] },
        ],
        TagSpecifications: [{ ResourceType: 'security-group-rule', Tags: [{ Key: 'port', Value: '80' }] }],
      }),
    );
    expect(added?.map(({ CidrIpv4, Description }) => [CidrIpv4, Description])).toEqual([
      ['10.0.0.0/8', 'inside'],
      ['0.0.0.0/0', undefined],
    ]);
    expect((await groupOf(network.groupId))?.IpPermissions).toMatchObject([
      {
        IpProtocol: 'tcp',
        FromPort: 80,
        ToPort: 80,
        IpRanges: [{ CidrIp: '10.0.0.0/8' }, { CidrIp: '0.0.0.0/0' }],
      },
    ]);
    const { SecurityGroupRules: listed } = await ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'tag:port', Values: ['80'] }] }),
    );
    expect(listed).toEqual(added);
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({ GroupId: network.groupId, IpPermissions: [http] }),
    );
    await ec2.send(
      new RevokeSecurityGroupIngressCommand({
        GroupId: network.groupId,
        SecurityGroupRuleIds: [added?.[0]?.SecurityGroupRuleId ?? ''],
      }),
    );
    expect((await groupOf(network.groupId))?.IpPermissions).toEqual([]);
  });

  it('can be given flat', async () => {
    const { IpRanges, ...flat } = http;
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({ GroupId: network.groupId, ...flat, CidrIp: '10.0.0.0/8' }),
    );
    expect((await groupOf(network.groupId))?.IpPermissions).toHaveLength(1);
  });

  it('go out as well as in', async () => {
    const all = { IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] };
    const input = { GroupId: network.groupId, IpPermissions: [all] };
    await expect(ec2.send(new AuthorizeSecurityGroupEgressCommand(input))).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 0.0.0.0/0, ALL, ALLOW" already exists',
    });
    await ec2.send(new RevokeSecurityGroupEgressCommand(input));
    expect((await groupOf(network.groupId))?.IpPermissionsEgress).toEqual([]);
    await ec2.send(new AuthorizeSecurityGroupEgressCommand(input));
  });

  it.each<[string, Partial<AuthorizeSecurityGroupIngressCommandInput>, string]>([
    ['nothing', { IpPermissions: undefined }, 'MissingParameter'],
    ['no peer', { IpPermissions: [{ ...http, IpRanges: [] }] }, 'MissingParameter'],
    ['no protocol', { IpPermissions: [{ ...http, IpProtocol: undefined }] }, 'MissingParameter'],
    [
      'an unknown protocol',
      { IpPermissions: [{ ...http, IpProtocol: 'carrier-pigeon' }] },
      'InvalidPermission.Malformed',
    ],
    ['no ports with TCP', { IpPermissions: [{ ...http, FromPort: undefined }] }, 'InvalidParameterValue'],
    ['a port of 65536', { IpPermissions: [{ ...http, ToPort: 65_536 }] }, 'InvalidParameterValue'],
    ['ports the wrong way round', { IpPermissions: [{ ...http, FromPort: 81 }] }, 'InvalidParameterValue'],
    [
      'a range that is none',
      { IpPermissions: [{ ...http, IpRanges: [{ CidrIp: '0.0.0.0/33' }] }] },
      'InvalidParameterValue',
    ],
    [
      'an IPv6 range that is none',
      { IpPermissions: [{ ...http, IpRanges: [], Ipv6Ranges: [{ CidrIpv6: '::/129' }] }] },
      'InvalidParameterValue',
    ],
    [
      'an unknown group',
      { IpPermissions: [{ ...http, UserIdGroupPairs: [{ GroupId: 'sg-00000000000000000' }] }] },
      'InvalidGroup.NotFound',
    ],
    [
      'a description beyond ASCII',
      { IpPermissions: [{ ...http, IpRanges: [{ CidrIp: '10.0.0.0/8', Description: 'für alle' }] }] },
      'InvalidParameterValue',
    ],
    ['the same rule twice', { IpPermissions: [http, http] }, 'InvalidPermission.Duplicate'],
  ])('refuse %s, and then add nothing', async (_, changes, name) => {
    const input = { GroupId: network.groupId, IpPermissions: [http], ...changes };
    await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand(input))).rejects.toMatchObject({ name });
    expect((await groupOf(network.groupId))?.IpPermissions).toEqual([]);
  });

  it('are refused when they exist already, in words that name them', async () => {
    const input = { GroupId: network.groupId, IpPermissions: [http] };
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(input));
    await expect(ec2.send(new AuthorizeSecurityGroupIngressCommand(input))).rejects.toMatchObject({
      name: 'InvalidPermission.Duplicate',
      message: 'the specified rule "peer: 0.0.0.0/0, TCP, from port: 80, to port: 80, ALLOW" already exists',
    });
  });

  it('are refused beyond 60 in one direction', async () => {
    const IpPermissions = Array.from({ length: 60 }, (_, n) => ({ ...http, FromPort: n, ToPort: n }));
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: network.groupId, IpPermissions }));
    await expect(
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: network.groupId, IpPermissions: [http] })),
    ).rejects.toMatchObject({ name: 'RulesPerSecurityGroupLimitExceeded' });
  });

  it('count for IPv4 and IPv6 apart, and for both when they name a group', async () => {
    const ipv4 = Array.from({ length: 60 }, (_, n) => ({ ...http, FromPort: n, ToPort: n }));
    const authorizeAll = (IpPermissions: IpPermission[]) =>
      ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId: network.groupId, IpPermissions }));
    await authorizeAll(ipv4);
    await authorizeAll([{ ...http, IpRanges: [], Ipv6Ranges: [{ CidrIpv6: '::/0' }] }]);
    await expect(
      authorizeAll([{ ...http, IpRanges: [], UserIdGroupPairs: [{ GroupId: network.groupId }] }]),
    ).rejects.toMatchObject({ name: 'RulesPerSecurityGroupLimitExceeded' });
  });

  it('have canonical IPv6 ranges', async () => {
    const ranges = (CidrIpv6: string) => ({
      GroupId: network.groupId,
      IpPermissions: [{ ...http, IpRanges: [], Ipv6Ranges: [{ CidrIpv6 }] }],
    });
    await ec2.send(new AuthorizeSecurityGroupIngressCommand(ranges('2001:DB8:0::9/32')));
    expect((await groupOf(network.groupId))?.IpPermissions).toMatchObject([
      { Ipv6Ranges: [{ CidrIpv6: '2001:db8::/32' }] },
    ]);
    await expect(
      ec2.send(new AuthorizeSecurityGroupIngressCommand(ranges('2001:db8::/32'))),
    ).rejects.toMatchObject({ name: 'InvalidPermission.Duplicate' });
    await ec2.send(new RevokeSecurityGroupIngressCommand(ranges('2001:0db8::/32')));
  });

  it('name groups of their own VPC and account only', async () => {
    const other = await makeNetwork(ec2);
    const pair = (UserIdGroupPairs: UserIdGroupPair[]) =>
      ec2.send(
        new AuthorizeSecurityGroupIngressCommand({
          GroupId: network.groupId,
          IpPermissions: [{ IpProtocol: '-1', UserIdGroupPairs }],
        }),
      );
    await expect(pair([{ GroupId: other.groupId }])).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
      message: 'You have specified two resources that belong to different networks.',
    });
    await expect(pair([{ GroupId: network.groupId, UserId: '111111111111' }])).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
    await pair([{ GroupId: network.groupId, UserId: '000000000000' }]);
  });

  it('that are not there can not be revoked', async () => {
    await expect(
      ec2.send(new RevokeSecurityGroupIngressCommand({ GroupId: network.groupId, IpPermissions: [http] })),
    ).rejects.toMatchObject({ name: 'InvalidPermission.NotFound' });
  });
});

describe("an instance's groups", () => {
  const makeGroup = async (name: string) =>
    (
      await ec2.send(
        new CreateSecurityGroupCommand({ VpcId: network.vpcId, GroupName: name, Description: name }),
      )
    ).GroupId ?? '';
  const setGroups = (InstanceId: string, Groups: string[]) =>
    ec2.send(new ModifyInstanceAttributeCommand({ InstanceId, Groups }));

  it('can be several at launch, and are replaced as a set', async () => {
    const [first, second] = [await makeGroup('first'), await makeGroup('second')];
    const id = await launch(ec2, network, { SecurityGroupIds: [network.groupId, first] });
    const groups = async () => (await describeOne(ec2, id)).SecurityGroups?.map(({ GroupId }) => GroupId);
    expect(await groups()).toEqual([network.groupId, first]);
    await setGroups(id, [second]);
    expect(await groups()).toEqual([second]);
    await ec2.send(new DeleteSecurityGroupCommand({ GroupId: first }));
    await expect(ec2.send(new DeleteSecurityGroupCommand({ GroupId: second }))).rejects.toMatchObject({
      name: 'DependencyViolation',
    });
  });

  it('are at least one, at most five, and of the same VPC', async () => {
    const id = await launch(ec2, network);
    const six: string[] = [];
    for (const name of 'abcdef') six.push(await makeGroup(name));
    await expect(setGroups(id, [])).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(setGroups(id, six)).rejects.toMatchObject({
      name: 'SecurityGroupsPerInterfaceLimitExceeded',
    });
    await setGroups(id, six.slice(1));
    const other = await makeNetwork(ec2);
    await expect(setGroups(id, [other.groupId])).rejects.toMatchObject({ name: 'InvalidGroup.NotFound' });
    await expect(setGroups(id, ['sg-00000000000000000'])).rejects.toMatchObject({
      name: 'InvalidGroup.NotFound',
    });
  });
});
