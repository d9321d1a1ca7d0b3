import { describe, expect, it } from 'vitest';
import type {
  LoadBalancing,
  MemberState,
  ObservedBalancer,
  ObservedGroup,
} from '../../../../lib/services/load-balancers/backend.ts';
import {
  createLoadBalancerController,
  type Seen,
  writtenSettings,
} from '../../../../lib/services/load-balancers/controller.ts';
import type { LoadBalancerRecord } from '../../../../lib/services/load-balancers/record.ts';
import { defaultHealthCheck } from '../../../../lib/services/load-balancers/schema.ts';
import type { TargetInstance } from '../../../../lib/services/load-balancers/target-instances.ts';

const now = Date.UTC(2026, 0, 1, 12);
const at = (secondsAgo: number): string => new Date(now - secondsAgo * 1_000).toISOString();

const record = (change: Partial<LoadBalancerRecord> = {}): LoadBalancerRecord => ({
  id: '0190b3a5-4c2e-7000-8000-000000000001',
  tenant: 'tenant',
  user_id: 'tenant',
  name: 'web',
  status: 'CREATING',
  desired_status: 'ACTIVE',
  version: 1,
  generation: 1,
  observed_generation: 0,
  attempt: 1,
  failures: 0,
  created_at: at(1),
  updated_at: at(1),
  vpc_id: 'vpc',
  port: 80,
  algorithm: 'round-robin',
  health_check: defaultHealthCheck,
  draining_seconds: 30,
  targets: {},
  ...change,
});

const network = { vpc_id: 'vpc-1', cidr_block: '10.0.0.0/16', subnet_ids: ['subnet-a', 'subnet-b'] };
const settings = writtenSettings(record());
const asked = { create_asked_at: at(1) };
const placed = { network };
const guarded = { ...placed, security_group: 'sg-1' };
const provided = { ...guarded, provider_id: 'lb-1', provided_at: at(4) };
const grouped = { ...provided, groups: [{ weight: 1, id: 'tg-1', settings }] };
const target = { id: 't', port: 80, weight: 1, health: 'unknown' as const };

const member = (machineId: string, state: MemberState, port = 8080) => ({ machineId, port, state });
const group = (id: string, ...members: ObservedGroup['members'][number][]): ObservedGroup => ({
  id,
  members,
});
const balancer = { id: 'lb-1', state: 'active' as const, dnsName: 'lb.example.com' };
const listener = { id: 'ls-1', port: 80, shares: [{ groupId: 'tg-1', share: 1 }] };

const cloudOf = (change: Partial<ObservedBalancer> = {}): ObservedBalancer => ({
  groups: new Map(),
  ...change,
});
const groups = (...all: [number, ObservedGroup][]) => new Map(all);
const whole = cloudOf({ balancer, listener, groups: groups([1, group('tg-1')]) });

const instance = (
  machineId: string | undefined,
  standing: TargetInstance['standing'] = 'running',
): TargetInstance => ({ machineId, standing, hostPort: () => 8080 });

const seenOf = (change: Partial<Seen> = {}): Seen => ({ cloud: cloudOf(), instances: new Map(), ...change });

const unused = () => {
  throw new Error('no call is made');
};

const { reconcile } = createLoadBalancerController({
  balancing: new Proxy({} as LoadBalancing, { get: unused }),
  networks: { locate: unused },
  instances: { locate: unused },
  capacity: { release: () => ({ delete: { pk: 'capacity', sk: 'released' } }) },
});

/** The step without its function. */
const shown = (wanted: Partial<LoadBalancerRecord>, seen: Partial<Seen>) => {
  const step = reconcile(record(wanted), seenOf(seen), now);
  return step.do === 'call' ? { do: 'call', name: step.name } : step;
};

describe('a load balancer that shall be there', () => {
  it.each<[string, Partial<LoadBalancerRecord>, Partial<Seen>, object]>([
    [
      'waits for its VPC',
      {},
      { network: { state: 'pending' } },
      { do: 'wait', milliseconds: 2_000, reason: 'waiting for the balancer subnets of the VPC' },
    ],
    [
      'fails with its VPC',
      {},
      { network: { state: 'lost', reason: 'the VPC is gone' } },
      { do: 'fail', reason: 'the VPC is gone' },
    ],
    [
      'has its place written down before anything is asked for',
      {},
      {
        network: {
          state: 'ready',
          vpcId: 'vpc-1',
          cidrBlock: '10.0.0.0/16',
          subnetIds: ['subnet-a', 'subnet-b'],
        },
      },
      { do: 'write', set: { network } },
    ],
    ['notes a creation before it asks', placed, {}, { do: 'write', set: { create_asked_at: at(0) } }],
    [
      'notes it anew where the last try was long ago',
      { ...placed, create_asked_at: at(11) },
      {},
      { do: 'write', set: { create_asked_at: at(0) } },
    ],
    ['has a security group first', { ...placed, ...asked }, {}, { do: 'call', name: 'EnsureSecurityGroup' }],
    ['is made next', { ...guarded, ...asked }, {}, { do: 'call', name: 'CreateLoadBalancer' }],
    [
      'is waited for while it is not visible',
      provided,
      {},
      { do: 'wait', milliseconds: 2_000, reason: 'the load balancer is not visible yet' },
    ],
    [
      'fails where somebody has deleted it',
      { ...provided, provided_at: at(61) },
      {},
      { do: 'fail', reason: 'the load balancer is gone; it was deleted outside of the platform' },
    ],
    [
      'fails where ELBv2 could not set it up',
      provided,
      { cloud: cloudOf({ balancer: { ...balancer, state: 'failed', reason: 'no room' } }) },
      { do: 'fail', reason: 'Elastic Load Balancing could not set it up: no room' },
    ],
    [
      'has a target group noted before it is made',
      provided,
      { cloud: cloudOf({ balancer }) },
      { do: 'write', set: { groups: [{ weight: 1 }], create_asked_at: at(0) } },
    ],
    [
      'has it made then',
      { ...provided, ...asked, groups: [{ weight: 1 }] },
      { cloud: cloudOf({ balancer }) },
      { do: 'call', name: 'CreateTargetGroup' },
    ],
    [
      'has it made again where it is gone',
      { ...grouped, ...asked },
      { cloud: cloudOf({ balancer }) },
      { do: 'write', set: { groups: [{ weight: 1 }], create_asked_at: at(0) } },
    ],
    [
      'has it set as wanted',
      { ...grouped, draining_seconds: 5 },
      { cloud: whole },
      { do: 'call', name: 'ConfigureTargetGroup' },
    ],
    [
      'has a listener',
      grouped,
      { cloud: cloudOf({ balancer, groups: groups([1, group('tg-1')]) }) },
      { do: 'call', name: 'CreateListener' },
    ],
    [
      'has a listener with the wanted certificate',
      { ...grouped, certificate_arn: 'arn' },
      { cloud: whole },
      { do: 'call', name: 'ModifyListener' },
    ],
    [
      'is waited for while it is set up, with all else done',
      { ...grouped, provided_at: at(7) },
      { cloud: { ...whole, balancer: { ...balancer, state: 'provisioning' } } },
      { do: 'wait', milliseconds: 7_000 },
    ],
    [
      'has converged without targets, and is not looked at again',
      grouped,
      { cloud: whole },
      {
        do: 'converged',
        set: { targets: {}, dns_name: 'lb.example.com', status: 'ACTIVE' },
        remove: ['desired_status', 'status_reason', 'create_asked_at'],
      },
    ],
  ])('%s', (_, wanted, seen, step) => expect(shown(wanted, seen)).toMatchObject(step));

  it('is not looked at again without targets', () => {
    expect(shown(grouped, { cloud: whole })).not.toHaveProperty('lookAgainMilliseconds');
  });
});

describe('targets', () => {
  const one = { ...grouped, targets: { a: target } };
  const with1 = (...members: ObservedGroup['members'][number][]) => ({
    ...whole,
    groups: groups([1, group('tg-1', ...members)]),
  });
  const a = (standing?: TargetInstance['standing'], machineId: string | undefined = 'i-a') =>
    new Map([['a', instance(machineId, standing)]]);

  it.each<[string, Partial<LoadBalancerRecord>, Partial<Seen>, object]>([
    ['goes from the list with its instance', one, { cloud: whole }, { do: 'write', set: { targets: {} } }],
    [
      'is registered once its instance runs',
      one,
      { cloud: whole, instances: a() },
      { do: 'call', name: 'RegisterTargets' },
    ],
    [
      'is registered again while it drains',
      one,
      { cloud: with1(member('i-a', 'draining')), instances: a() },
      { do: 'call', name: 'RegisterTargets' },
    ],
    [
      'waits for its machine',
      one,
      { cloud: whole, instances: new Map([['a', instance(undefined, 'waiting')]]) },
      { do: 'converged', set: { targets: { a: { health: 'unknown' } } }, lookAgainMilliseconds: 5_000 },
    ],
    [
      'stays while its instance is stopped',
      one,
      {
        cloud: with1({ ...member('i-a', 'unused'), machineIsDown: true }),
        instances: a('waiting'),
      },
      { do: 'converged', set: { targets: { a: { health: 'unhealthy' } } }, lookAgainMilliseconds: 5_000 },
    ],
    [
      'is taken out when its instance failed',
      one,
      { cloud: with1(member('i-a', 'unhealthy')), instances: a('ended') },
      { do: 'call', name: 'DeregisterTargets' },
    ],
    [
      'is taken out at a port that is no longer its own',
      one,
      { cloud: with1(member('i-a', 'healthy'), member('i-a', 'healthy', 9)), instances: a() },
      { do: 'call', name: 'DeregisterTargets' },
    ],
    [
      'that nobody wants is taken out',
      grouped,
      { cloud: with1(member('i-x', 'healthy')) },
      { do: 'call', name: 'DeregisterTargets' },
    ],
    ...(
      [
        ['initial', 'unknown', 5_000],
        ['unused', 'unknown', 5_000],
        ['unhealthy', 'unhealthy', 5_000],
        ['unavailable', 'unhealthy', 5_000],
        ['healthy', 'healthy', 15_000],
      ] as const
    ).map(
      ([state, health, lookAgainMilliseconds]): [
        string,
        Partial<LoadBalancerRecord>,
        Partial<Seen>,
        object,
      ] => [
        `that is ${state} shows as ${health}`,
        one,
        { cloud: with1(member('i-a', state)), instances: a() },
        { do: 'converged', set: { targets: { a: { ...target, health } } }, lookAgainMilliseconds },
      ],
    ),
  ])('a target %s', (_, wanted, seen, step) => expect(shown(wanted, seen)).toMatchObject(step));
});

describe('who watches a balancer', () => {
  const watchers = [{ kind: 'SCALING_GROUP', id: 'group' }];
  const news = (health: 'healthy' | 'unhealthy', state: MemberState, watched = true) => {
    const targets = { a: { ...target, health } };
    const wanted = { ...grouped, targets, news: 4, ...(watched && { watchers }) };
    const cloud = cloudOf({
      balancer,
      listener,
      groups: groups([1, group('tg-1', member('i-a', state))]),
    });
    const step = shown(wanted, { cloud, instances: new Map([['a', instance('i-a')]]) });
    return (step as { set?: { news?: number } }).set?.news;
  };

  it.each([
    ['hears of a target that turns unhealthy', 'healthy', 'unhealthy', true, 5],
    ['does not hear of one that stays so', 'unhealthy', 'unhealthy', true, undefined],
    ['does not hear of one that turns healthy', 'unhealthy', 'healthy', true, undefined],
    ['is told nothing where nobody is', 'healthy', 'unhealthy', false, undefined],
  ] as const)('%s', (_, before, state, watched, expected) => {
    expect(news(before, state, watched)).toBe(expected);
  });
});

describe('weights', () => {
  const both = {
    ...provided,
    groups: [
      { weight: 1, id: 'tg-1', settings },
      { weight: 3, id: 'tg-3', settings },
    ],
  };
  const moved = { ...both, targets: { a: { ...target, weight: 3 } } };
  const instances = new Map([['a', instance('i-a')]]);
  const sharing = (...shares: [string, number][]) => ({
    ...listener,
    shares: shares.map(([groupId, share]) => ({ groupId, share })),
  });

  it('share requests by weight × healthy targets', () => {
    const targets = { a: target, b: target, c: { ...target, weight: 3 } };
    const all = new Map(['a', 'b', 'c'].map((id) => [id, instance(`i-${id}`)]));
    const seen = (change: Partial<ObservedBalancer>) => ({
      instances: all,
      cloud: cloudOf({
        balancer,
        groups: groups(
          [1, group('tg-1', member('i-a', 'healthy'), member('i-b', 'healthy'))],
          [3, group('tg-3', member('i-c', 'healthy'))],
        ),
        ...change,
      }),
    });
    const wanted = { ...both, targets };
    expect(shown(wanted, seen({ listener: sharing(['tg-1', 1], ['tg-3', 3]) }))).toEqual({
      do: 'call',
      name: 'ModifyListener',
    });
    expect(shown(wanted, seen({ listener: sharing(['tg-1', 2], ['tg-3', 3]) }))).toMatchObject({
      do: 'converged',
    });
  });

  it.each<[string, ObservedGroup, ObservedGroup, ReturnType<typeof sharing>, object]>([
    [
      'a target that moves is registered in its new group first',
      group('tg-1', member('i-a', 'healthy')),
      group('tg-3'),
      sharing(['tg-1', 1]),
      { name: 'RegisterTargets' },
    ],
    [
      'the listener takes the new group in',
      group('tg-1', member('i-a', 'healthy')),
      group('tg-3', member('i-a', 'initial')),
      sharing(['tg-1', 1]),
      { name: 'ModifyListener' },
    ],
    [
      'it goes on in the old one until the new one serves it',
      group('tg-1', member('i-a', 'healthy')),
      group('tg-3', member('i-a', 'initial')),
      sharing(['tg-1', 1], ['tg-3', 0]),
      { do: 'converged', lookAgainMilliseconds: 5_000 },
    ],
    [
      'then it leaves the old one',
      group('tg-1', member('i-a', 'healthy')),
      group('tg-3', member('i-a', 'healthy')),
      sharing(['tg-1', 1], ['tg-3', 3]),
      { name: 'DeregisterTargets' },
    ],
    [
      'the old one stays while it drains',
      group('tg-1', member('i-a', 'draining')),
      group('tg-3', member('i-a', 'healthy')),
      sharing(['tg-1', 0], ['tg-3', 1]),
      { do: 'converged', lookAgainMilliseconds: 5_000 },
    ],
    [
      'empty, it leaves the listener',
      group('tg-1'),
      group('tg-3', member('i-a', 'healthy')),
      sharing(['tg-1', 0], ['tg-3', 1]),
      { name: 'ModifyListener' },
    ],
    [
      'and is removed',
      group('tg-1'),
      group('tg-3', member('i-a', 'healthy')),
      sharing(['tg-3', 1]),
      { name: 'DeleteTargetGroup' },
    ],
  ])('%s', (_, old, fresh, seenListener, step) => {
    const cloud = cloudOf({ balancer, listener: seenListener, groups: groups([1, old], [3, fresh]) });
    expect(shown(moved, { cloud, instances })).toMatchObject(step);
  });

  it('beyond five groups leave no room for an old one', () => {
    const weights = [2, 3, 4, 5, 6];
    const wanted = {
      ...provided,
      groups: [1, ...weights].map((weight) => ({ weight, id: `tg-${weight}`, settings })),
      targets: Object.fromEntries(weights.map((weight) => [`t${weight}`, { ...target, weight }])),
    };
    const seenGroups = groups(
      [1, group('tg-1', member('i-2', 'healthy'))],
      ...weights.map((weight): [number, ObservedGroup] => [
        weight,
        group(`tg-${weight}`, member(`i-${weight}`, weight === 2 ? 'initial' : 'healthy')),
      ]),
    );
    const cloud = cloudOf({
      balancer,
      listener: sharing(['tg-2', 0], ['tg-3', 3], ['tg-4', 4], ['tg-5', 5], ['tg-6', 6]),
      groups: seenGroups,
    });
    const all = new Map(weights.map((weight) => [`t${weight}`, instance(`i-${weight}`)]));
    expect(shown(wanted, { cloud, instances: all })).toEqual({ do: 'call', name: 'DeregisterTargets' });
  });
});

describe('a load balancer that shall go', () => {
  const gone = { ...grouped, deleted_at: at(1) };

  it.each<[string, Partial<LoadBalancerRecord>, Partial<ObservedBalancer>, object]>([
    ['is deleted first', gone, { balancer, securityGroup: 'sg-1' }, { name: 'DeleteLoadBalancer' }],
    [
      'then its target groups',
      gone,
      { groups: groups([1, group('tg-1')]), securityGroup: 'sg-1' },
      { name: 'DeleteTargetGroup' },
    ],
    ['then its security group', gone, { securityGroup: 'sg-1' }, { name: 'DeleteSecurityGroup' }],
    [
      'is not forgotten while something may yet appear',
      { ...gone, create_asked_at: at(30) },
      {},
      { do: 'wait', reason: 'making sure that nothing is left' },
    ],
    ['is forgotten in the end', gone, {}, { do: 'forget', usage: { load_balancers: 1 } }],
    [
      'is forgotten at once where nothing was asked for',
      { deleted_at: at(1) },
      {},
      { do: 'forget', extra: [expect.anything()] },
    ],
  ])('%s', (_, wanted, cloud, step) => expect(shown(wanted, { cloud: cloudOf(cloud) })).toMatchObject(step));
});
