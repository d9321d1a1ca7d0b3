import type { NewId } from '../../platform/ids.ts';
import type { Controller, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { BulkInstances, InstanceRecord } from '../instances/service.ts';
import { type LoadBalancerRecord, planUnwatch } from '../load-balancers/service.ts';
import type { GroupSamples } from '../metrics/service.ts';
import { stopMetering } from '../metrics/service.ts';
import { endActivities } from './activities.ts';
import { launchesFrom, maxFailures } from './back-off.ts';
import { callerFor, createLauncher, type WaitAfter } from './launching.ts';
import { createMembership, lettingGoLookMilliseconds } from './membership.ts';
import { evaluate } from './policies.ts';
import { releasePolicy } from './policy-keys.ts';
import { currentCount, type ScalingGroupRecord, scalingGroupKind, scalingGroupUsage } from './record.ts';
import { type Resized, resize, scalingEvent } from './resize.ts';
import { nextDue, runDue, sizesAfter } from './scheduled.ts';
import { type Placed, placed } from './standing.ts';
import type { Surroundings } from './surroundings.ts';
import { victims } from './victims.ts';

type Group = ScalingGroupRecord;
type GroupStep = Step<Group>;

/** What there is of a group's instances, and of what it needs. */
export interface Seen {
  /** Its members' records by id, tombstones too. */
  instances: ReadonlyMap<string, InstanceRecord>;
  /** Its balancer, unless that is being deleted. */
  balancer?: LoadBalancerRecord;
  /** The newest minute that was measured, where it has policies. */
  samples?: GroupSamples;
  /** Its tenant is suspended: nothing is launched, and what was stopped is left alone. */
  suspended: boolean;
}

export interface ScalingGroupControllerOptions {
  store: Pick<ResourceStore<Group>, 'plan'>;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'plan'>;
  bulk: Pick<BulkInstances, 'launchMany' | 'terminateMany'>;
  surroundings: Surroundings;
  newId: NewId;
}

/** Instances tell when they have started; this is for what they can not tell. */
const startingLookMilliseconds = 30_000;
const suspendedLookMilliseconds = 60_000;
const shortestWaitMilliseconds = 1_000;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

const nothingSeen: Seen = { instances: new Map(), suspended: false };

/**
 * How a scaling group is brought about: its members are instances, launched and ended in transactions with its record. So
 * reality is in the table here, and each step is written under the record's version: however often it is asked, and
 * whatever dies in between, it comes to the same end.
 */
export const createScalingGroupController = ({
  store,
  balancers,
  bulk,
  surroundings,
  newId,
}: ScalingGroupControllerOptions): Controller<Group, Seen> => {
  const launch = createLauncher({ store, bulk, newId });
  const membership = createMembership({ balancers, newId });

  /** A change of size by the platform itself. */
  const resized = (
    group: Group,
    { set, extra }: Resized,
    now: number,
    also: Partial<Group> = {},
  ): GroupStep => ({
    do: 'write',
    set: {
      ...set,
      ...also,
      ...(set.open_activities && {
        generation: group.generation + 1,
        event: scalingEvent(group, set.desired_count ?? group.desired_count, now),
      }),
    },
    extra,
  });

  /** Ends those whose time has come, in one transaction with the record. */
  const terminate = (group: Group, members: readonly Placed[], now: number): GroupStep | undefined => {
    const due = members.filter(
      ({ member: { leaving }, standing }) =>
        leaving && (standing === 'gone' || (leaving.until !== undefined && Date.parse(leaving.until) <= now)),
    );
    if (due.length === 0) return undefined;
    const gone = due.filter(({ standing }) => standing === 'gone').map(({ id }) => id);
    const ids = due.filter(({ standing }) => standing !== 'gone').map(({ id }) => id);
    const without = (ended: readonly string[]): Partial<Group> => ({
      members: membership.without(group.members, new Set([...gone, ...ended])),
    });
    if (ids.length === 0) return { do: 'write', set: without([]) };
    return {
      do: 'call',
      name: 'TerminateMembers',
      writesRecord: true,
      call: async (signal) => {
        await bulk.terminateMany(callerFor(group, signal), ids.slice(0, 20), {
          evenIfProtected: true,
          extra: (ended) => [store.plan(group, { set: without(ended.map(({ id }) => id)) }).write],
        });
        return undefined;
      },
    };
  };

  const schedule = (group: Group, now: number): GroupStep | undefined => {
    const due = runDue(group, now);
    if (!due) return undefined;
    return resized(group, resize(group, due.sizes, due.cause, { now, newId }), now, {
      scheduled: due.scheduled,
    });
  };

  const clamp = (group: Group, now: number): GroupStep | undefined => {
    const sizes = sizesAfter(group, {});
    if (sizes.desired_count === group.desired_count) return undefined;
    return resized(group, resize(group, sizes, 'the count must lie within min and max', { now, newId }), now);
  };

  /** When something falls due by itself, in milliseconds. */
  const dueTimes = (group: Group, members: readonly Placed[], { balancer }: Seen, now: number): number[] => {
    const grace = members.flatMap(({ id, member: { in_service_at, leaving } }) =>
      in_service_at && !leaving && balancer?.targets[id]?.health === 'unhealthy'
        ? [Date.parse(in_service_at) + group.health_grace_sec * 1_000]
        : [],
    );
    const next = nextDue(group);
    return [...grace, ...(next === undefined ? [] : [next])].filter((time) => time > now);
  };

  /** Not there yet: what it waits for, and when to look again. */
  const wait = (group: Group, members: readonly Placed[], seen: Seen, now: number): GroupStep | undefined => {
    const reasons: string[] = [];
    const times: number[] = [];
    const missing = group.desired_count - currentCount(group);
    const leaving = members.flatMap(({ member }) => member.leaving ?? []);
    const starting = members.filter(({ member }) => !member.leaving && !member.in_service_at);
    if (missing > 0) {
      times.push(launchesFrom(group));
      const pause = group.failure_count >= maxFailures ? `, ${maxFailures} times in a row` : '';
      reasons.push(`launching failed${pause}: ${group.last_failure ?? 'it gave no reason'}`);
    }
    if (starting.length > 0) {
      times.push(now + startingLookMilliseconds);
      reasons.push(`${starting.length} of its instances are starting`);
    }
    if (leaving.length > 0) {
      times.push(
        ...leaving.map(({ until }) => (until ? Date.parse(until) : now + lettingGoLookMilliseconds)),
      );
      reasons.push(`${leaving.length} of its instances are leaving`);
    }
    if (reasons.length === 0) return undefined;
    const next = Math.min(...times, ...dueTimes(group, members, seen, now));
    const milliseconds = Math.max(shortestWaitMilliseconds, next - now);
    return { do: 'wait', milliseconds, reason: reasons.join('; ') };
  };

  /** A launch ends the look, but for a group that has members to send off besides. */
  const waitAfterLaunch =
    (seen: Seen, now: number): WaitAfter =>
    (group, launched) => {
      const instances = new Map([...seen.instances, ...launched.map((one) => [one.id, one] as const)]);
      const members = placed(group.members, instances);
      if (members.some(({ member }) => member.leaving)) return undefined;
      const step = wait(group, members, { ...seen, instances }, now);
      if (step?.do !== 'wait') return undefined;
      return {
        failures: 0,
        next_attempt_at: iso(now + step.milliseconds),
        status_reason: step.reason,
      };
    };

  /** Launches what is missing, or sends off what is too much. */
  const scale = (
    group: Group,
    members: readonly Placed[],
    seen: Seen,
    now: number,
    all = false,
  ): GroupStep | undefined => {
    const { balancer } = seen;
    const missing = group.desired_count - currentCount(group);
    if (missing > 0 && now >= launchesFrom(group))
      return {
        do: 'call',
        name: 'LaunchMembers',
        writesRecord: true,
        call: (signal) => launch(group, missing, now, signal, waitAfterLaunch(seen, now)),
      };
    const staying = members.filter(({ member }) => !member.leaving);
    const going = all ? staying : victims(staying, -missing, group.image);
    if (going.length === 0) return undefined;
    const sent = membership.sendOff(group, going, balancer, now, {
      drain: true,
      reasonOf: () => (all ? 'the group was deleted' : 'the group shrinks'),
    });
    return membership.step(
      'SendOff',
      { set: { members: sent.members }, extra: sent.writes },
      sent.writes.length > 0,
    );
  };

  const decide = (group: Group, { samples }: Seen, now: number): GroupStep | undefined => {
    const verdict = evaluate(group, samples, now);
    if (!verdict) return undefined;
    const { min_instances, max_instances } = group;
    const sizes = { min_instances, max_instances, desired_count: verdict.desired };
    const policies = group.policies.map((policy) =>
      verdict.fired.includes(policy.id) ? { ...policy, last_scaled_at: iso(now) } : policy,
    );
    return resized(group, resize(group, sizes, verdict.cause, { now, newId }), now, { policies });
  };

  const settle = (group: Group, members: readonly Placed[], seen: Seen, now: number): GroupStep => {
    const tooMany = currentCount(group) - group.desired_count;
    const open = group.open_activities;
    const times = dueTimes(group, members, seen, now);
    const blocked = tooMany > 0 ? `${tooMany} of its instances are protected from scale-in` : undefined;
    return {
      do: 'converged',
      set: {
        status: 'ACTIVE',
        ...(blocked && { status_reason: blocked }),
        ...(open.length > 0 && { open_activities: [] }),
        ...(open.some(({ scales }) => scales) && { scaled_at: iso(now) }),
        ...(times.length > 0 && { next_attempt_at: iso(Math.min(...times)) }),
      },
      remove: ['desired_status', ...(blocked ? [] : ['status_reason' as const])],
      extra: endActivities(group, open, blocked ? 'failed' : 'successful', now, blocked),
    };
  };

  const keep = (group: Group, seen: Seen, now: number): GroupStep => {
    const members = placed(group.members, seen.instances);
    if (seen.suspended)
      return {
        do: 'converged',
        set: { status_reason: 'the tenant is suspended' },
        lookAgainMilliseconds: suspendedLookMilliseconds,
      };
    const { balancer } = seen;
    return (
      membership.join(group, members, balancer, now) ??
      membership.replaceLost(group, members, balancer, now) ??
      membership.replaceUnhealthy(group, members, balancer, now) ??
      schedule(group, now) ??
      clamp(group, now) ??
      scale(group, members, seen, now) ??
      membership.drain(group, members, balancer, now) ??
      terminate(group, members, now) ??
      wait(group, members, seen, now) ??
      decide(group, seen, now) ??
      settle(group, members, seen, now)
    );
  };

  /** Every member leaves as in a scale-in; the record goes when the last has. */
  const end = (group: Group, seen: Seen, now: number): GroupStep => {
    const members = placed(group.members, seen.instances);
    const { balancer } = seen;
    const step =
      scale(group, members, seen, now, true) ??
      membership.drain(group, members, balancer, now) ??
      terminate(group, members, now) ??
      wait(group, members, seen, now);
    if (step) return step;
    const { tenant, id } = group;
    return {
      do: 'forget',
      usage: scalingGroupUsage,
      extra: [
        ...(balancer ? planUnwatch(balancers, balancer, { kind: scalingGroupKind.kind, id }) : []),
        ...(group.policies.length > 0 ? [stopMetering({ tenant, group: id })] : []),
        ...group.policies.map((policy) => releasePolicy(tenant, policy.id)),
      ],
    };
  };

  return {
    kind: scalingGroupKind.kind,
    observe: surroundings,
    reconcile: (group, seen = nothingSeen, now) =>
      group.deleted_at ? end(group, seen, now) : keep(group, seen, now),
  };
};
