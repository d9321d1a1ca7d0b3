import { creationMayAppear } from '../../platform/lifecycle/creation.ts';
import type { Change, Controller, Step } from '../../platform/lifecycle/types.ts';
import type { Capacity } from '../capacity/service.ts';
import type { GroupSettings, ListenerSettings, LoadBalancing, ObservedBalancer, Owner } from './backend.ts';
import { type Membership, membershipOf, withoutGone } from './membership.ts';
import type { CloudNetwork, CloudNetworks } from './networks.ts';
import { type GroupRecord, type LoadBalancerRecord, usage } from './record.ts';
import type { TargetInstance, TargetInstances } from './target-instances.ts';

/** What there is of a balancer, and of what it needs. */
export interface Seen {
  cloud: ObservedBalancer;
  /** Looked for until the balancer's place is written down. */
  network?: CloudNetwork;
  /** The instances that are its targets, by id. */
  instances: ReadonlyMap<string, TargetInstance>;
}

export interface LoadBalancerControllerOptions {
  balancing: LoadBalancing;
  networks: CloudNetworks;
  instances: TargetInstances;
  /** The account's room, given back in the end. */
  capacity: Pick<Capacity, 'release'>;
}

type BalancerStep = Step<LoadBalancerRecord>;
type BalancerChange = Change<LoadBalancerRecord>;

/** A balancer that ELBv2 does not show this long after it was made was deleted by somebody. */
export const consistencyMilliseconds = 60_000;

/** Targets change their health without telling: as often as contract section 5 wants it while something is unsettled. */
export const unsettledMilliseconds = 5_000;
export const settledMilliseconds = 15_000;

/** ELBv2 takes two to three minutes to set a balancer up. */
const shortestWaitMilliseconds = 2_000;
const longestWaitMilliseconds = 10_000;

/** A creation that was asked for this recently need not be noted again. */
const askedAgainMilliseconds = 10_000;

const everyone = '0.0.0.0/0';

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const ownerOf = ({ id, tenant, name }: LoadBalancerRecord): Owner => ({ id, tenant, name });

const settingsOf = (wanted: LoadBalancerRecord): GroupSettings => ({
  healthCheck: wanted.health_check,
  algorithm: wanted.algorithm,
  drainingSeconds: wanted.draining_seconds,
});

/** Settings as a group's record keeps them, to be compared. */
export const writtenSettings = (wanted: LoadBalancerRecord): string => {
  const { path, interval_seconds, timeout_seconds, healthy_threshold, unhealthy_threshold } =
    wanted.health_check;
  return [
    wanted.algorithm,
    wanted.draining_seconds,
    interval_seconds,
    timeout_seconds,
    healthy_threshold,
    unhealthy_threshold,
    path,
  ].join(' ');
};

const withGroup = (wanted: LoadBalancerRecord, group: GroupRecord): GroupRecord[] => [
  ...(wanted.groups ?? []).filter(({ weight }) => weight !== group.weight),
  group,
];

/** What those who watch the balancer want to know: they may replace such a target. */
const becameUnhealthy = (
  before: LoadBalancerRecord['targets'],
  after: LoadBalancerRecord['targets'],
): boolean =>
  Object.entries(after).some(
    ([id, { health }]) => health === 'unhealthy' && before[id]?.health !== 'unhealthy',
  );

const agrees = (seen: ListenerSettings, wanted: ListenerSettings): boolean => {
  const shares = new Map(seen.shares.map(({ groupId, share }) => [groupId, share]));
  return (
    seen.port === wanted.port &&
    seen.certificate === wanted.certificate &&
    shares.size === wanted.shares.length &&
    wanted.shares.every(({ groupId, share }) => shares.get(groupId) === share)
  );
};

/**
 * How a load balancer is brought about on ELBv2, and how its targets are kept. Nothing of it has a client token, but all
 * names follow from the record's id: a repeat finds what an earlier try has made. What is asked for is written down first,
 * so that a delete finds it too.
 */
export const createLoadBalancerController = ({
  balancing,
  networks,
  instances,
  capacity,
}: LoadBalancerControllerOptions): Controller<LoadBalancerRecord, Seen> => {
  /** A creation: noted before it is asked for, so that a tombstone waits for what may yet appear. */
  const make = (
    wanted: LoadBalancerRecord,
    now: number,
    name: string,
    call: (signal: AbortSignal) => Promise<BalancerChange>,
    noted: Partial<LoadBalancerRecord> = {},
  ): BalancerStep => {
    const { create_asked_at: askedAt } = wanted;
    const isNoted = askedAt !== undefined && now - Date.parse(askedAt) < askedAgainMilliseconds;
    if (!isNoted || Object.keys(noted).length > 0)
      return { do: 'write', set: { ...noted, create_asked_at: iso(now) } };
    return {
      do: 'call',
      name,
      call: async (signal) => ({ ...(await call(signal)), remove: ['create_asked_at'] }),
    };
  };

  const call = (
    name: string,
    act: (signal: AbortSignal) => Promise<void>,
    change?: BalancerChange,
    waitMilliseconds?: number,
  ): BalancerStep => ({
    do: 'call',
    name,
    waitMilliseconds,
    call: async (signal) => {
      await act(signal);
      return change;
    },
  });

  /** Where it will be made. */
  const place = (network: CloudNetwork | undefined): BalancerStep => {
    if (network?.state === 'lost') return { do: 'fail', reason: network.reason };
    if (network?.state !== 'ready')
      return {
        do: 'wait',
        milliseconds: shortestWaitMilliseconds,
        reason: 'waiting for the balancer subnets of the VPC',
      };
    const { vpcId, cidrBlock, subnetIds } = network;
    return {
      do: 'write',
      set: { network: { vpc_id: vpcId, cidr_block: cidrBlock, subnet_ids: [...subnetIds] } },
    };
  };

  /** The balancer itself with its security group, or `undefined` where both are there. */
  const found = (wanted: LoadBalancerRecord, seen: Seen, now: number): BalancerStep | undefined => {
    const { network, security_group: securityGroup, provider_id, provided_at } = wanted;
    if (!network) return place(seen.network);
    const owner = ownerOf(wanted);
    const internal = wanted.internal ?? false;
    if (!securityGroup)
      return make(wanted, now, 'EnsureSecurityGroup', async (signal) => {
        const from = internal ? network.cidr_block : everyone;
        const request = { owner, vpcId: network.vpc_id, port: wanted.port, from };
        return { set: { security_group: await balancing.ensureSecurityGroup(request, signal) } };
      });
    if (seen.cloud.balancer) return undefined;
    if (!provider_id)
      return make(wanted, now, 'CreateLoadBalancer', async (signal) => {
        const request = { owner, subnetIds: network.subnet_ids, securityGroup, internal };
        const id = await balancing.createBalancer(request, signal);
        return { set: { provider_id: id, provided_at: iso(now) } };
      });
    return now - Date.parse(provided_at ?? wanted.created_at) < consistencyMilliseconds
      ? {
          do: 'wait',
          milliseconds: shortestWaitMilliseconds,
          reason: 'the load balancer is not visible yet',
        }
      : { do: 'fail', reason: 'the load balancer is gone; it was deleted outside of the platform' };
  };

  /** A target group for each weight, set as wanted, or `undefined` where that is so. */
  const grouped = (
    wanted: LoadBalancerRecord,
    { cloud }: Seen,
    { weights }: Membership,
    now: number,
  ): BalancerStep | undefined => {
    const settings = writtenSettings(wanted);
    for (const weight of weights) {
      const known = wanted.groups?.find((group) => group.weight === weight);
      if (!known?.id || !cloud.groups.has(weight)) {
        const request = { owner: ownerOf(wanted), weight, vpcId: wanted.network?.vpc_id ?? '' };
        const noted = known && !known.id ? {} : { groups: withGroup(wanted, { weight }) };
        return make(
          wanted,
          now,
          'CreateTargetGroup',
          async (signal) => {
            const id = await balancing.createGroup(request, signal);
            return { set: { groups: withGroup(wanted, { weight, id }) } };
          },
          noted,
        );
      }
      const { id } = known;
      if (known.settings !== settings)
        return call(
          'ConfigureTargetGroup',
          (signal) => balancing.configureGroup(id, settingsOf(wanted), signal),
          { set: { groups: withGroup(wanted, { weight, id, settings }) } },
        );
    }
    return undefined;
  };

  /** Targets in, listener, targets out, in this order: what serves goes on serving. */
  const served = (
    wanted: LoadBalancerRecord,
    { cloud }: Seen,
    membership: Membership,
  ): BalancerStep | undefined => {
    for (const [weight, { id }] of cloud.groups) {
      const missing = membership.missing(weight);
      if (missing.length > 0)
        return call('RegisterTargets', (signal) => balancing.register(id, missing, signal));
    }
    const { balancer, listener } = cloud;
    const { port, certificate_arn: certificate } = wanted;
    const settings: ListenerSettings = { port, certificate, shares: membership.shares() };
    if (balancer && !listener)
      return call('CreateListener', (signal) =>
        balancing.createListener(ownerOf(wanted), balancer.id, settings, signal),
      );
    if (listener && !agrees(listener, settings))
      return call('ModifyListener', (signal) => balancing.updateListener(listener.id, settings, signal));
    for (const [weight, { id }] of cloud.groups) {
      const excess = membership.excess(weight);
      if (excess.length > 0)
        return call('DeregisterTargets', (signal) => balancing.deregister(id, excess, signal));
    }
    return undefined;
  };

  /** A target group of a weight that no target has any more, once it is empty and out of the listener. */
  const cleared = (
    wanted: LoadBalancerRecord,
    { cloud }: Seen,
    { weights, draining }: Membership,
  ): BalancerStep | undefined => {
    const unused = (wanted.groups ?? []).find(
      ({ weight }) => !weights.includes(weight) && !draining.includes(weight),
    );
    if (!unused) return undefined;
    const groups = (wanted.groups ?? []).filter(({ weight }) => weight !== unused.weight);
    const { id } = cloud.groups.get(unused.weight) ?? unused;
    return id
      ? call('DeleteTargetGroup', (signal) => balancing.deleteGroup(id, signal), { set: { groups } })
      : { do: 'write', set: { groups } };
  };

  const settle = (
    wanted: LoadBalancerRecord,
    { cloud }: Seen,
    membership: Membership,
    now: number,
  ): BalancerStep => {
    const targets = membership.targets();
    const isNews = wanted.watchers !== undefined && becameUnhealthy(wanted.targets, targets);
    const seen = {
      targets,
      dns_name: cloud.balancer?.dnsName,
      ...(isNews && { news: (wanted.news ?? 0) + 1 }),
    };
    if (cloud.balancer?.state === 'provisioning') {
      const age = now - Date.parse(wanted.provided_at ?? wanted.created_at);
      return {
        do: 'wait',
        milliseconds: Math.min(Math.max(age, shortestWaitMilliseconds), longestWaitMilliseconds),
        reason: 'Elastic Load Balancing is setting the load balancer up',
        set: seen,
      };
    }
    const health = Object.values(targets).map((target) => target.health);
    const isSettled = membership.draining.length === 0 && health.every((one) => one === 'healthy');
    const again = isSettled ? settledMilliseconds : unsettledMilliseconds;
    return {
      do: 'converged',
      set: { ...seen, status: 'ACTIVE' },
      remove: ['desired_status', 'status_reason', 'create_asked_at'],
      ...((health.length > 0 || !isSettled) && { lookAgainMilliseconds: again }),
    };
  };

  const keep = (wanted: LoadBalancerRecord, seen: Seen, now: number): BalancerStep => {
    const left = withoutGone(wanted.targets, seen.instances);
    if (left) return { do: 'write', set: { targets: left } };
    const making = found(wanted, seen, now);
    if (making) return making;
    if (seen.cloud.balancer?.state === 'failed')
      return {
        do: 'fail',
        reason: `Elastic Load Balancing could not set it up: ${seen.cloud.balancer.reason ?? 'it gave no reason'}`,
      };
    const membership = membershipOf(wanted, seen.instances, seen.cloud.groups);
    return (
      grouped(wanted, seen, membership, now) ??
      served(wanted, seen, membership) ??
      cleared(wanted, seen, membership) ??
      settle(wanted, seen, membership, now)
    );
  };

  /** Balancer, target groups, security group: each holds on to the next. */
  const end = (wanted: LoadBalancerRecord, { cloud }: Seen, now: number): BalancerStep => {
    const { balancer, groups, securityGroup } = cloud;
    if (balancer)
      return call(
        'DeleteLoadBalancer',
        (signal) => balancing.deleteBalancer(balancer.id, signal),
        undefined,
        shortestWaitMilliseconds,
      );
    for (const [weight, { id }] of groups)
      return call('DeleteTargetGroup', (signal) => balancing.deleteGroup(id, signal), {
        set: { groups: (wanted.groups ?? []).filter((group) => group.weight !== weight) },
      });
    if (creationMayAppear(wanted, now))
      return {
        do: 'wait',
        milliseconds: shortestWaitMilliseconds,
        reason: 'making sure that nothing is left',
      };
    if (securityGroup)
      return call('DeleteSecurityGroup', (signal) => balancing.deleteSecurityGroup(securityGroup, signal), {
        remove: ['security_group', 'network'],
      });
    return { do: 'forget', usage, extra: [capacity.release('load_balancers', wanted.tenant)] };
  };

  return {
    kind: 'LOAD_BALANCER',

    async observe(resources, signal) {
      const live = resources.filter(({ deleted_at }) => deleted_at === undefined);
      const [cloud, network, found] = await Promise.all([
        balancing.observe(
          resources.map(({ id, network, provider_id, security_group, groups = [], deleted_at }) => ({
            id,
            vpcId: network?.vpc_id,
            providerId: provider_id,
            securityGroup: security_group,
            groups,
            byName: deleted_at !== undefined && network !== undefined,
          })),
          signal,
        ),
        networks.locate(
          live.filter((resource) => !resource.network),
          signal,
        ),
        instances.locate(
          live.flatMap(({ tenant, targets }) => Object.keys(targets).map((id) => ({ tenant, id }))),
          signal,
        ),
      ]);
      return new Map(
        resources.map(({ id }) => [
          id,
          { cloud: cloud.get(id) ?? { groups: new Map() }, network: network.get(id), instances: found },
        ]),
      );
    },

    reconcile(wanted, seen = { cloud: { groups: new Map() }, instances: new Map() }, now) {
      return wanted.deleted_at ? end(wanted, seen, now) : keep(wanted, seen, now);
    },
  };
};
