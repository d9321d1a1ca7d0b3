import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
} from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeAccountLimitsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
  SetSecurityGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { describe, expect, it } from 'vitest';
import {
  addressOf,
  balancerInput,
  createBalancer,
  createGroup,
  createListener,
  type Elb,
  launchEcho,
  makeNetwork,
  type Network,
  register,
  startElb,
  startOnVirtualClock,
} from './harness.ts';

const nowhere = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/no/0123456789abcdef';
const certificate = 'arn:aws:acm:us-east-1:000000000000:certificate/01234567-89ab-cdef-0123-456789abcdef';

interface Scene {
  elb: ReturnType<typeof startOnVirtualClock>;
  network: Network;
  balancer: string;
  group: string;
}

const scene = async (): Promise<Scene> => {
  const elb = startOnVirtualClock();
  const network = await makeNetwork(elb);
  return {
    elb,
    network,
    balancer: await createBalancer(elb, network),
    group: await createGroup(elb, network),
  };
};

const named = (name: string) => expect.objectContaining({ name });

const listenerInput = ({ balancer, group }: Scene, change: object = {}) => ({
  LoadBalancerArn: balancer,
  Protocol: 'HTTP' as const,
  Port: 65_001,
  DefaultActions: [{ Type: 'forward' as const, TargetGroupArn: group }],
  ...change,
});

const weights = (group: string, ...all: number[]) => [
  {
    Type: 'forward' as const,
    ForwardConfig: { TargetGroups: all.map((Weight) => ({ TargetGroupArn: group, Weight })) },
  },
];

describe('CreateLoadBalancer', () => {
  it('gives a balancer that becomes active a little later', async () => {
    const { elb, network, balancer } = await scene();
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
    expect(LoadBalancers?.[0]).toMatchObject({
      LoadBalancerArn: balancer,
      LoadBalancerName: 'web',
      DNSName: expect.stringMatching(/^web-\d+\.us-east-1\.elb\.amazonaws\.com$/),
      Scheme: 'internet-facing',
      State: { Code: 'provisioning' },
      Type: 'application',
      VpcId: network.vpcId,
      SecurityGroups: [network.groupId],
    });
    expect(balancer).toMatch(
      /^arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer\/app\/web\/[0-9a-f]{16}$/,
    );
    elb.timers.advance(200);
    const { LoadBalancers: later } = await elb.send(new DescribeLoadBalancersCommand({}));
    expect(later?.[0]?.State?.Code).toBe('active');
  });

  it('gives the same balancer for the same name and settings, as there is no client token', async () => {
    const { elb, network, balancer } = await scene();
    const Subnets = network.subnetIds.slice(0, 2).reverse();
    expect(await createBalancer(elb, network, { Subnets })).toBe(balancer);
    expect((await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toHaveLength(1);
  });

  it.each<[string, (scene: Scene) => object, string]>([
    ['the name with other settings', () => ({ Scheme: 'internal' }), 'DuplicateLoadBalancerNameException'],
    ['a name of 33 characters', () => ({ Name: 'a'.repeat(33) }), 'ValidationError'],
    ['a name with an underscore', () => ({ Name: 'a_b' }), 'ValidationError'],
    ['a name that ends with a hyphen', () => ({ Name: 'a-' }), 'ValidationError'],
    ['a name that begins with internal-', () => ({ Name: 'internal-a' }), 'ValidationError'],
    ['no name', () => ({ Name: undefined }), 'ValidationError'],
    ['another type', () => ({ Name: 'b', Type: 'network' }), 'ValidationError'],
    ['another address type', () => ({ Name: 'b', IpAddressType: 'dualstack' }), 'ValidationError'],
    ['a parameter that is not known here', () => ({ CustomerOwnedIpv4Pool: 'pool' }), 'ValidationError'],
    [
      'one subnet',
      ({ network }) => ({ Name: 'b', Subnets: network.subnetIds.slice(0, 1) }),
      'ValidationError',
    ],
    ['no subnet', () => ({ Name: 'b', Subnets: undefined }), 'ValidationError'],
    [
      'an unknown subnet',
      () => ({ Name: 'b', Subnets: ['subnet-1', 'subnet-2'] }),
      'SubnetNotFoundException',
    ],
    ['an unknown group', () => ({ Name: 'b', SecurityGroups: ['sg-1'] }), 'InvalidSecurityGroupException'],
    ['a scheme that is none', () => ({ Name: 'b', Scheme: 'public' }), 'InvalidSchemeException'],
    ['a tag twice', () => ({ Name: 'b', Tags: [{ Key: 'a' }, { Key: 'a' }] }), 'DuplicateTagKeysException'],
    [
      '51 tags',
      () => ({ Name: 'b', Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `${index}` })) }),
      'TooManyTagsException',
    ],
  ])('refuses %s', async (_, change, error) => {
    const all = await scene();
    await expect(createBalancer(all.elb, all.network, change(all))).rejects.toEqual(named(error));
    expect((await all.elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers).toHaveLength(1);
  });

  it('refuses subnets of two VPCs, and an internet-facing one without an internet gateway', async () => {
    const { elb, network, balancer } = await scene();
    const other = await makeNetwork(elb);
    await expect(
      createBalancer(elb, network, {
        Name: 'b',
        Subnets: [network.subnetIds[0] ?? '', other.subnetIds[1] ?? ''],
      }),
    ).rejects.toEqual(named('InvalidConfigurationRequestException'));
    const gateway = { VpcId: network.vpcId, InternetGatewayId: network.gatewayId };
    await expect(elb.ec2(new DetachInternetGatewayCommand(gateway))).rejects.toEqual(
      named('DependencyViolation'),
    );
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
    await elb.ec2(new DetachInternetGatewayCommand(gateway));
    await expect(createBalancer(elb, network, { Name: 'b' })).rejects.toEqual(
      named('InvalidSubnetException'),
    );
    expect(await createBalancer(elb, network, { Name: 'b', Scheme: 'internal' })).toContain('/b/');
  });

  it('refuses the one beyond the account’s limit', async () => {
    const elb = startOnVirtualClock({ accountLimits: { balancers: 1 } });
    const network = await makeNetwork(elb);
    await createBalancer(elb, network);
    await expect(createBalancer(elb, network, { Name: 'b' })).rejects.toEqual(
      named('TooManyLoadBalancersException'),
    );
  });

  it('holds its subnets until it is deleted', async () => {
    const { elb, network, balancer } = await scene();
    const SubnetId = network.subnetIds[0] ?? '';
    const free = async () =>
      (await elb.ec2(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }))).Subnets?.[0]
        ?.AvailableIpAddressCount;
    expect(await free()).toBe(250);
    await expect(elb.ec2(new DeleteSubnetCommand({ SubnetId }))).rejects.toEqual(
      named('DependencyViolation'),
    );
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
    expect(await free()).toBe(251);
    await elb.ec2(new DeleteSubnetCommand({ SubnetId }));
  });

  it('holds its security groups until it has others', async () => {
    const { elb, network, balancer } = await scene();
    const remove = () => elb.ec2(new DeleteSecurityGroupCommand({ GroupId: network.groupId }));
    await expect(remove()).rejects.toEqual(named('DependencyViolation'));
    const { GroupId = '' } = await elb.ec2(
      new CreateSecurityGroupCommand({ VpcId: network.vpcId, GroupName: 'other', Description: 'Other' }),
    );
    await elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: balancer, SecurityGroups: [GroupId] }));
    await remove();
  });

  it('leaves nothing behind when it fails', async () => {
    const { elb, network } = await scene();
    await expect(createBalancer(elb, network, { SecurityGroups: [] })).rejects.toEqual(
      named('DuplicateLoadBalancerNameException'),
    );
    expect(elb.database.prepare('SELECT count(*) AS n FROM elbv2_balancers').get()?.n).toBe(1);
  });
});

describe('a balancer', () => {
  it('is not there for another account', async () => {
    const { elb, balancer } = await scene();
    const other = elb.as({ account: '111111111111' });
    expect((await other(new DescribeLoadBalancersCommand({}))).LoadBalancers).toEqual([]);
    await expect(other(new DescribeLoadBalancersCommand({ LoadBalancerArns: [balancer] }))).rejects.toEqual(
      named('LoadBalancerNotFoundException'),
    );
  });

  it('can be deleted twice, but not under protection', async () => {
    const { elb, balancer } = await scene();
    const protect = (Value: string) =>
      elb.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn: balancer,
          Attributes: [{ Key: 'deletion_protection.enabled', Value }],
        }),
      );
    const remove = () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: balancer }));
    await protect('true');
    await expect(remove()).rejects.toEqual(named('OperationNotPermittedException'));
    await protect('false');
    await remove();
    await remove();
    await expect(elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }))).rejects.toEqual(
      named('LoadBalancerNotFoundException'),
    );
  });

  it.each([
    ['idle_timeout.timeout_seconds', '4000', true],
    ['idle_timeout.timeout_seconds', '0', false],
    ['idle_timeout.timeout_seconds', 'long', false],
    ['routing.http2.enabled', 'true', true],
    ['routing.http2.enabled', 'false', false],
    ['waf.fail_open.enabled', 'true', false],
  ])('has the attribute %s: %s %s', async (Key, Value, isAllowed) => {
    const { elb, balancer } = await scene();
    const input = { LoadBalancerArn: balancer, Attributes: [{ Key, Value }] };
    const changing = elb.send(new ModifyLoadBalancerAttributesCommand(input));
    if (isAllowed) await changing;
    else await expect(changing).rejects.toEqual(named('ValidationError'));
    const { Attributes } = await elb.send(
      new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: balancer }),
    );
    expect(Attributes?.some((one) => one.Key === Key && one.Value === Value)).toBe(isAllowed);
  });

  it('takes other security groups, of its own VPC', async () => {
    const { elb, network, balancer } = await scene();
    const other = await makeNetwork(elb);
    const set = (SecurityGroups: string[]) =>
      elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn: balancer, SecurityGroups }));
    await expect(set([other.groupId])).rejects.toEqual(named('InvalidSecurityGroupException'));
    expect(await set([network.groupId])).toEqual({ SecurityGroupIds: [network.groupId] });
  });

  it('is listed page by page', async () => {
    const elb = startOnVirtualClock();
    const network = await makeNetwork(elb);
    for (const Name of ['a', 'b', 'c']) await createBalancer(elb, network, { Name });
    const first = await elb.send(new DescribeLoadBalancersCommand({ PageSize: 2 }));
    const second = await elb.send(
      new DescribeLoadBalancersCommand({ PageSize: 2, Marker: first.NextMarker }),
    );
    const names = [first, second].map(({ LoadBalancers }) =>
      LoadBalancers?.map((one) => one.LoadBalancerName),
    );
    expect([...names, second.NextMarker]).toEqual([['a', 'b'], ['c'], undefined]);
    for (const input of [{ Marker: 'x' }, { PageSize: 401 }, { Names: ['a'], LoadBalancerArns: [nowhere] }])
      await expect(elb.send(new DescribeLoadBalancersCommand(input))).rejects.toEqual(
        named('ValidationError'),
      );
  });
});

describe('CreateTargetGroup', () => {
  it('gives the same group for the same name and settings', async () => {
    const { elb, network, group } = await scene();
    expect(await createGroup(elb, network)).toBe(group);
    await expect(createGroup(elb, network, { HealthCheckPath: '/up' })).rejects.toEqual(
      named('DuplicateTargetGroupNameException'),
    );
  });

  it('has AWS’s defaults', async () => {
    const { elb, network } = await scene();
    const { TargetGroups } = await elb.send(
      new CreateTargetGroupCommand({ Name: 'plain', Protocol: 'HTTP', Port: 80, VpcId: network.vpcId }),
    );
    expect(TargetGroups?.[0]).toMatchObject({
      HealthCheckPath: '/',
      HealthCheckPort: 'traffic-port',
      HealthCheckIntervalSeconds: 30,
      HealthCheckTimeoutSeconds: 5,
      HealthyThresholdCount: 5,
      UnhealthyThresholdCount: 2,
      Matcher: { HttpCode: '200' },
      TargetType: 'instance',
      LoadBalancerArns: [],
    });
  });

  it.each<[string, object, string]>([
    ['an interval below AWS’s least', { HealthCheckIntervalSeconds: 4 }, 'ValidationError'],
    ['a timeout as long as the interval', { HealthCheckTimeoutSeconds: 5 }, 'ValidationError'],
    ['a threshold of 11', { HealthyThresholdCount: 11 }, 'ValidationError'],
    ['a threshold of 1', { UnhealthyThresholdCount: 1 }, 'ValidationError'],
    ['a path without its slash', { HealthCheckPath: 'up' }, 'ValidationError'],
    ['a port that is none', { HealthCheckPort: 'web' }, 'ValidationError'],
    ['a status beyond 499', { Matcher: { HttpCode: '200-500' } }, 'ValidationError'],
    ['a range that runs backwards', { Matcher: { HttpCode: '299-200' } }, 'ValidationError'],
    ['no health check', { HealthCheckEnabled: false }, 'ValidationError'],
    ['an unknown VPC', { VpcId: 'vpc-1' }, 'ValidationError'],
    ['port 0', { Port: 0 }, 'ValidationError'],
    ['targets by address', { TargetType: 'ip' }, 'ValidationError'],
    ['HTTPS to its targets', { Protocol: 'HTTPS' }, 'UnsupportedProtocolException'],
    ['a name of 33 characters', { Name: 'a'.repeat(33) }, 'ValidationError'],
  ])('refuses %s', async (_, change, error) => {
    const { elb, network } = await scene();
    await expect(createGroup(elb, network, { Name: 'other', ...change })).rejects.toEqual(named(error));
  });

  it('refuses the one beyond the account’s limit', async () => {
    const elb = startOnVirtualClock({ accountLimits: { targetGroups: 1 } });
    const network = await makeNetwork(elb);
    await createGroup(elb, network);
    await expect(createGroup(elb, network, { Name: 'b' })).rejects.toEqual(
      named('TooManyTargetGroupsException'),
    );
  });
});

describe('a target group', () => {
  it('changes its health check and attributes within bounds', async () => {
    const { elb, group } = await scene();
    const { TargetGroups } = await elb.send(
      new ModifyTargetGroupCommand({
        TargetGroupArn: group,
        HealthCheckPath: '/up',
        Matcher: { HttpCode: '200,302' },
      }),
    );
    expect(TargetGroups?.[0]).toMatchObject({ HealthCheckPath: '/up', Matcher: { HttpCode: '200,302' } });
    const set = (Key: string, Value: string) =>
      elb.send(
        new ModifyTargetGroupAttributesCommand({ TargetGroupArn: group, Attributes: [{ Key, Value }] }),
      );
    await set('deregistration_delay.timeout_seconds', '30');
    await expect(set('deregistration_delay.timeout_seconds', '3601')).rejects.toEqual(
      named('ValidationError'),
    );
    await expect(set('load_balancing.algorithm.type', 'weighted_random')).rejects.toEqual(
      named('ValidationError'),
    );
    const { Attributes } = await elb.send(
      new DescribeTargetGroupAttributesCommand({ TargetGroupArn: group }),
    );
    expect(Attributes).toContainEqual({ Key: 'deregistration_delay.timeout_seconds', Value: '30' });
  });

  it('is found by name, by ARN and by its balancer', async () => {
    const { elb, balancer, group } = await scene();
    const arns = async (input: object) =>
      (await elb.send(new DescribeTargetGroupsCommand(input))).TargetGroups?.map((one) => one.TargetGroupArn);
    expect(await arns({ LoadBalancerArn: balancer })).toEqual([]);
    await createListener(elb, balancer, [{ TargetGroupArn: group }]);
    for (const input of [{}, { Names: ['web'] }, { TargetGroupArns: [group] }, { LoadBalancerArn: balancer }])
      expect(await arns(input)).toEqual([group]);
    await expect(arns({ Names: ['none'] })).rejects.toEqual(named('TargetGroupNotFoundException'));
    await expect(arns({ LoadBalancerArn: nowhere })).rejects.toEqual(named('LoadBalancerNotFoundException'));
    await expect(arns({ Names: ['web'], TargetGroupArns: [group] })).rejects.toEqual(
      named('ValidationError'),
    );
  });

  it('can’t be deleted while a listener forwards to it, and can be twice afterwards', async () => {
    const { elb, balancer, group } = await scene();
    const listener = await createListener(elb, balancer, [{ TargetGroupArn: group }]);
    const remove = () => elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: group }));
    await expect(remove()).rejects.toEqual(named('ResourceInUseException'));
    await elb.send(new DeleteListenerCommand({ ListenerArn: listener }));
    await remove();
    await remove();
  });
});

describe('CreateListener', () => {
  it('gives the same listener for the same settings, and refuses others on its port', async () => {
    const all = await scene();
    const create = (change: object = {}) =>
      all.elb.send(new CreateListenerCommand(listenerInput(all, change)));
    const first = await create();
    expect((await create()).Listeners?.[0]?.ListenerArn).toBe(first.Listeners?.[0]?.ListenerArn);
    await expect(create({ DefaultActions: weights(all.group, 5) })).rejects.toEqual(
      named('DuplicateListenerException'),
    );
    expect(first.Listeners?.[0]).toMatchObject({
      Port: 65_001,
      Protocol: 'HTTP',
      DefaultActions: [{ TargetGroupArn: all.group, ForwardConfig: { TargetGroups: [{ Weight: 1 }] } }],
    });
  });

  it('keeps the certificate of an HTTPS listener', async () => {
    const all = await scene();
    const change = { Protocol: 'HTTPS', Certificates: [{ CertificateArn: certificate }] };
    const { Listeners } = await all.elb.send(new CreateListenerCommand(listenerInput(all, change)));
    expect(Listeners?.[0]).toMatchObject({
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: certificate }],
      SslPolicy: 'ELBSecurityPolicy-2016-08',
    });
    const response = await fetch(`http://${await addressOf(all.elb, all.balancer)}`);
    expect(response.status).toBe(503);
  });

  it.each<[string, (scene: Scene) => object, string]>([
    ['an unknown balancer', () => ({ LoadBalancerArn: nowhere }), 'LoadBalancerNotFoundException'],
    [
      'an unknown target group',
      () => ({ DefaultActions: weights(nowhere, 1) }),
      'TargetGroupNotFoundException',
    ],
    ['port 65536', () => ({ Port: 65_536 }), 'ValidationError'],
    ['another protocol', () => ({ Protocol: 'TCP' }), 'UnsupportedProtocolException'],
    ['HTTPS without a certificate', () => ({ Protocol: 'HTTPS' }), 'ValidationError'],
    [
      'a certificate of another region',
      () => ({
        Protocol: 'HTTPS',
        Certificates: [{ CertificateArn: certificate.replace('us-east-1', 'eu-west-1') }],
      }),
      'CertificateNotFoundException',
    ],
    [
      'HTTP with a certificate',
      () => ({ Certificates: [{ CertificateArn: certificate }] }),
      'ValidationError',
    ],
    [
      'another action than forward',
      () => ({ DefaultActions: [{ Type: 'fixed-response' }] }),
      'InvalidLoadBalancerActionException',
    ],
    ['a weight of 1,000', ({ group }) => ({ DefaultActions: weights(group, 1_000) }), 'ValidationError'],
    ['a weight below 0', ({ group }) => ({ DefaultActions: weights(group, -1) }), 'ValidationError'],
    ['a target group twice', ({ group }) => ({ DefaultActions: weights(group, 1, 1) }), 'ValidationError'],
    [
      'six target groups',
      ({ group }) => ({ DefaultActions: weights(group, 1, 1, 1, 1, 1, 1) }),
      'TooManyTargetGroupsException',
    ],
    ['no target group', () => ({ DefaultActions: weights('') }), 'ValidationError'],
  ])('refuses %s', async (_, change, error) => {
    const all = await scene();
    await expect(all.elb.send(new CreateListenerCommand(listenerInput(all, change(all))))).rejects.toEqual(
      named(error),
    );
  });

  it('refuses a group that another balancer uses, or of another VPC', async () => {
    const all = await scene();
    const { elb, network, balancer, group } = all;
    await createListener(elb, balancer, [{ TargetGroupArn: group }]);
    const other = await createBalancer(elb, network, { Name: 'other' });
    await expect(createListener(elb, other, [{ TargetGroupArn: group }])).rejects.toEqual(
      named('TargetGroupAssociationLimitException'),
    );
    const elsewhere = await createGroup(elb, await makeNetwork(elb), { Name: 'elsewhere' });
    await expect(createListener(elb, other, [{ TargetGroupArn: elsewhere }])).rejects.toEqual(
      named('InvalidConfigurationRequestException'),
    );
  });
});

describe('a listener', () => {
  it('moves to another port', async () => {
    const all = await scene();
    const { elb, balancer, group } = all;
    const ListenerArn = await createListener(elb, balancer, [{ TargetGroupArn: group }], 65_002);
    const before = await addressOf(elb, balancer);
    await createListener(elb, balancer, [{ TargetGroupArn: group }], 65_003);
    await expect(elb.send(new ModifyListenerCommand({ ListenerArn, Port: 65_003 }))).rejects.toEqual(
      named('DuplicateListenerException'),
    );
    await elb.send(new ModifyListenerCommand({ ListenerArn, Port: 65_004 }));
    await expect(fetch(`http://${before}`)).rejects.toThrow('fetch failed');
    const { Listeners } = await elb.send(new DescribeListenersCommand({ LoadBalancerArn: balancer }));
    expect(Listeners?.map(({ Port }) => Port)).toEqual([65_004, 65_003]);
  });

  it('is found by its ARN, until it is deleted', async () => {
    const { elb, balancer, group } = await scene();
    const ListenerArn = await createListener(elb, balancer, [{ TargetGroupArn: group }]);
    expect(ListenerArn).toContain(balancer.replace(':loadbalancer/', ':listener/'));
    const find = () => elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] }));
    expect((await find()).Listeners).toHaveLength(1);
    await elb.send(new DeleteListenerCommand({ ListenerArn }));
    await expect(find()).rejects.toEqual(named('ListenerNotFoundException'));
    await expect(elb.send(new DeleteListenerCommand({ ListenerArn }))).rejects.toEqual(
      named('ListenerNotFoundException'),
    );
    await expect(elb.send(new DescribeListenersCommand({}))).rejects.toEqual(named('ValidationError'));
  });
});

describe('RegisterTargets', () => {
  const launched = async (elb: Elb) => {
    const network = await makeNetwork(elb);
    return { network, group: await createGroup(elb, network), id: await launchEcho(elb, network) };
  };

  it('is idempotent, and has one target for each port', async () => {
    const elb = startElb();
    const { group, id } = await launched(elb);
    await register(elb, group, id);
    await register(elb, group, id, id);
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id, Port: 81 }] }));
    const { TargetHealthDescriptions } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group }),
    );
    expect(TargetHealthDescriptions?.map(({ Target }) => Target)).toEqual([
      { Id: id, Port: 8080 },
      { Id: id, Port: 81 },
    ]);
  });

  it('refuses an instance that is not there, not running, or of another VPC', async () => {
    const elb = startElb();
    const { group, id } = await launched(elb);
    const other = await launchEcho(elb, await makeNetwork(elb));
    await expect(register(elb, group, id, 'i-0123456789abcdef0')).rejects.toEqual(
      named('InvalidTargetException'),
    );
    await expect(register(elb, group, other)).rejects.toEqual(named('InvalidTargetException'));
    elb.ec2Controls.kill(id);
    await expect(register(elb, group, id)).rejects.toEqual(named('InvalidTargetException'));
  });

  it('refuses more than a target group holds', async () => {
    const elb = startElb({ accountLimits: { targetsPerTargetGroup: 1 } });
    const { group, network, id } = await launched(elb);
    await register(elb, group, id);
    await expect(register(elb, group, await launchEcho(elb, network))).rejects.toEqual(
      named('TooManyTargetsException'),
    );
  });

  it('is undone at once where no listener forwards to the group, as often as one likes', async () => {
    const elb = startElb();
    const { group, id } = await launched(elb);
    await register(elb, group, id);
    const deregister = new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] });
    await elb.send(deregister);
    await elb.send(deregister);
    const { TargetHealthDescriptions } = await elb.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }),
    );
    expect(TargetHealthDescriptions?.[0]?.TargetHealth).toMatchObject({
      State: 'unused',
      Reason: 'Target.NotRegistered',
    });
  });
});

describe('tags', () => {
  it('are those of the creation, and what was added and removed since', async () => {
    const { elb, network } = await scene();
    const arn = await createBalancer(elb, network, { Name: 'b', Tags: [{ Key: 'tenant', Value: 't' }] });
    await elb.send(
      new AddTagsCommand({ ResourceArns: [arn], Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] }),
    );
    await elb.send(new RemoveTagsCommand({ ResourceArns: [arn], TagKeys: ['b', 'c'] }));
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
    const tags = { tenant: 't', a: '1' };
    expect(TagDescriptions).toEqual([
      { ResourceArn: arn, Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
    ]);
    expect(elb.controls.tagsOf('000000000000', 'us-east-1', arn)).toEqual(tags);
    expect(elb.controls.tagsOf('111111111111', 'us-east-1', arn)).toBeUndefined();
  });

  it.each([
    [nowhere, 'LoadBalancerNotFoundException'],
    [nowhere.replace('loadbalancer/app', 'targetgroup'), 'TargetGroupNotFoundException'],
    [nowhere.replace('loadbalancer', 'listener'), 'ListenerNotFoundException'],
    ['arn:aws:ec2:us-east-1:000000000000:instance/i-1', 'ValidationError'],
  ])('of %s are %s', async (arn, error) => {
    const { elb } = await scene();
    await expect(elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).rejects.toEqual(named(error));
  });
});

describe('the account', () => {
  it('has AWS’s limits', async () => {
    const elb = startOnVirtualClock({ limits: 'default' });
    const { Limits } = await elb.send(new DescribeAccountLimitsCommand({}));
    expect(Limits).toEqual(
      expect.arrayContaining([
        { Name: 'application-load-balancers', Max: '50' },
        { Name: 'target-groups', Max: '3000' },
        { Name: 'target-groups-per-action-on-application-load-balancer', Max: '5' },
      ]),
    );
  });

  it('is throttled beyond its budget, which refills', async () => {
    const elb = startOnVirtualClock({ limits: 'default' });
    const describeAll = () => elb.send(new DescribeLoadBalancersCommand({}));
    for (let index = 0; index < 40; index++) await describeAll();
    await expect(describeAll()).rejects.toEqual(named('ThrottlingException'));
    elb.timers.advance(100);
    await describeAll();
  });

  it('meets faults on request, before and after the effect', async () => {
    const elb = startOnVirtualClock();
    const network = await makeNetwork(elb);
    const create = () => elb.send(new CreateLoadBalancerCommand(balancerInput(network)));
    const count = async () => (await elb.send(new DescribeLoadBalancersCommand({}))).LoadBalancers?.length;
    elb.controls.faults.add({ action: 'CreateLoadBalancer', kind: 'before', times: 1 });
    await expect(create()).rejects.toEqual(named('InternalError'));
    expect(await count()).toBe(0);
    elb.controls.faults.add({ action: 'CreateLoadBalancer', kind: 'throttle', times: 1 });
    await expect(create()).rejects.toEqual(named('ThrottlingException'));
    elb.controls.faults.add({
      action: 'CreateLoadBalancer',
      kind: 'after',
      times: 1,
      error: 'ServiceUnavailable',
    });
    await expect(create()).rejects.toEqual(named('ServiceUnavailable'));
    expect(await count()).toBe(1);
    await create();
    expect(await count()).toBe(1);
  });

  it('is empty after a reset, and its subnets are free', async () => {
    const { elb, network, balancer, group } = await scene();
    await createListener(elb, balancer, [{ TargetGroupArn: group }]);
    const address = await addressOf(elb, balancer);
    await elb.controls.reset();
    expect(elb.controls.inspect()).toEqual([]);
    await expect(fetch(`http://${address}`)).rejects.toThrow('fetch failed');
    await elb.ec2(new DeleteSubnetCommand({ SubnetId: network.subnetIds[0] ?? '' }));
  });
});
