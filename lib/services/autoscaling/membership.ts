import type { NewId } from '../../platform/ids.ts';
import type { Change, Step } from '../../platform/lifecycle/types.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import type { Write } from '../../platform/table/types.ts';
import { type LoadBalancerRecord, planTargets, roomForTargets } from '../load-balancers/service.ts';
import { beginActivity } from './activities.ts';
import { failedLaunch } from './back-off.ts';
import { targetPort } from './ports.ts';
import { currentCount, type Leaving, type MemberRecord, type ScalingGroupRecord } from './record.ts';
import { lossOf, type Placed } from './standing.ts';

type Group = ScalingGroupRecord;
type Members = Group['members'];

export interface MembershipOptions {
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'plan'>;
  newId: NewId;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** How much longer than its draining a balancer may take to let go of a target, before the instance is ended all the same. */
const lettingGoMilliseconds = 300_000;
/** How often it is looked whether it has. */
export const lettingGoLookMilliseconds = 2_000;

const without = (members: Members, ids: ReadonlySet<string>): Members =>
  Object.fromEntries(Object.entries(members).filter(([id]) => !ids.has(id)));

const changed = (members: Members, changes: ReadonlyMap<string, MemberRecord>): Members => ({
  ...members,
  ...Object.fromEntries(changes),
});

/** A change that moved a balancer's record too must be followed by a fresh look at it: a call, not a write. */
const step = (name: string, change: Change<Group>, moved: boolean): Step<Group> =>
  moved ? { do: 'call', name, call: async () => change } : { do: 'write', ...change, set: change.set ?? {} };

/** Who comes into a group and who leaves it, and its balancer with them. Every step is one transaction. */
export const createMembership = ({ balancers, newId }: MembershipOptions) => {
  const leaveBalancer = (balancer: LoadBalancerRecord | undefined, ids: readonly string[]) =>
    balancer && planTargets(balancers, balancer, { leave: ids });

  /**
   * Members that go: out of the balancer with this, and terminated when their requests have ended.
   * @param drain false for those that serve nobody any more
   */
  const sendOff = (
    group: Group,
    who: readonly Placed[],
    balancer: LoadBalancerRecord | undefined,
    now: number,
    { drain, reasonOf }: { drain: boolean; reasonOf: (one: Placed) => string },
  ): { members: Members; writes: Write[] } => {
    const plan = leaveBalancer(
      balancer,
      who.map(({ id }) => id),
    );
    const leavingOf = (one: Placed): Leaving => ({
      since: iso(now),
      reason: reasonOf(one),
      ...(drain && plan && balancer?.targets[one.id]
        ? { lb_generation: plan.generation }
        : { until: iso(now) }),
    });
    const changes = new Map(who.map((one) => [one.id, { ...one.member, leaving: leavingOf(one) }] as const));
    return { members: changed(group.members, changes), writes: plan ? [plan.write] : [] };
  };

  /** The activity of replacing members that had served, beside whatever is under way. */
  const replacement = (group: Group, members: Members, reasons: readonly string[], now: number) => {
    const id = newId();
    const from = currentCount({ members });
    const activity = { id, cause: reasons.join('; '), from, to: group.desired_count };
    return {
      open_activities: [...group.open_activities, { id, scales: false }],
      write: beginActivity(group, activity, now),
    };
  };

  return {
    sendOff,
    step,

    /** Members that are lost: their places are free at once, and what is left of them is ended. */
    replaceLost(
      group: Group,
      members: readonly Placed[],
      balancer: LoadBalancerRecord | undefined,
      now: number,
    ): Step<Group> | undefined {
      const lost = members.filter(
        ({ member, standing }) => !member.leaving && standing !== 'running' && standing !== 'starting',
      );
      if (lost.length === 0) return undefined;
      const there = lost.filter(({ standing }) => standing !== 'gone');
      const sent = sendOff(group, there, balancer, now, { drain: false, reasonOf: lossOf });
      const gone = new Set(lost.filter(({ standing }) => standing === 'gone').map(({ id }) => id));
      const left = without(sent.members, gone);
      const served = lost.filter(({ member, standing }) => member.in_service_at || standing === 'gone');
      const failed = lost.find(({ member, standing }) => !member.in_service_at && standing === 'broken');
      const failure = failed && failedLaunch(group, lossOf(failed), { now, newId });
      const base = { ...group, ...failure?.set };
      const replacing = served.length > 0 ? replacement(base, left, served.map(lossOf), now) : undefined;
      const change: Change<Group> = {
        set: {
          ...failure?.set,
          members: left,
          generation: group.generation + 1,
          ...(replacing && { open_activities: replacing.open_activities }),
        },
        extra: [...(failure?.extra ?? []), ...sent.writes, ...(replacing ? [replacing.write] : [])],
      };
      return step('ReplaceLost', change, sent.writes.length > 0);
    },

    /** Members that their balancer has found unhealthy for longer than the grace period. */
    replaceUnhealthy(
      group: Group,
      members: readonly Placed[],
      balancer: LoadBalancerRecord | undefined,
      now: number,
    ): Step<Group> | undefined {
      const unhealthy = members.filter(
        ({ id, member }) =>
          balancer?.targets[id]?.health === 'unhealthy' &&
          !member.leaving &&
          member.in_service_at !== undefined &&
          now >= Date.parse(member.in_service_at) + group.health_grace_sec * 1_000,
      );
      if (unhealthy.length === 0) return undefined;
      const reasonOf = ({ id, instance }: Placed): string =>
        `instance ${instance?.name ?? id} was unhealthy at the load balancer`;
      const sent = sendOff(group, unhealthy, balancer, now, { drain: true, reasonOf });
      const replacing = replacement(group, sent.members, unhealthy.map(reasonOf), now);
      const change: Change<Group> = {
        set: {
          members: sent.members,
          generation: group.generation + 1,
          open_activities: replacing.open_activities,
        },
        extra: [...sent.writes, replacing.write],
      };
      return step('ReplaceUnhealthy', change, true);
    },

    /** Members that run: they are in service from now on, and targets of the balancer. */
    join(
      group: Group,
      members: readonly Placed[],
      balancer: LoadBalancerRecord | undefined,
      now: number,
    ): Step<Group> | undefined {
      const running = members.filter(({ member, standing }) => !member.leaving && standing === 'running');
      const fresh = running.filter(({ member }) => !member.in_service_at);
      const outside = balancer ? running.filter(({ id }) => !balancer.targets[id]) : [];
      const joining = outside.slice(0, balancer ? roomForTargets(balancer) : 0);
      if (fresh.length === 0 && joining.length === 0) return undefined;
      const plan =
        balancer &&
        planTargets(balancers, balancer, {
          join: joining.map(({ id }) => ({ instanceId: id, targetId: newId() })),
          port: targetPort(group.ports),
        });
      const changes = new Map(
        fresh.map(({ id, member }) => [id, { ...member, in_service_at: iso(now) }] as const),
      );
      const change: Change<Group> = {
        set: { members: changed(group.members, changes), failure_count: 0 },
        remove: ['last_failure_at', 'last_failure'],
        extra: plan ? [plan.write] : [],
      };
      return step('JoinBalancer', change, plan !== undefined);
    },

    /** Members on their way out whose requests have ended, or whose balancer has let go of them: when that will be so. */
    drain(
      group: Group,
      members: readonly Placed[],
      balancer: LoadBalancerRecord | undefined,
      now: number,
    ): Step<Group> | undefined {
      const waiting = members.filter(({ member: { leaving } }) => leaving && leaving.until === undefined);
      const changes = new Map<string, MemberRecord>();
      for (const { id, member, standing } of waiting) {
        const leaving = member.leaving as Leaving;
        const draining = (balancer?.draining_seconds ?? 0) * 1_000;
        const serves = standing === 'running' && balancer?.status === 'ACTIVE';
        const letGo = balancer && balancer.observed_generation >= (leaving.lb_generation ?? 0);
        const latest = Date.parse(leaving.since) + draining + lettingGoMilliseconds;
        if (!serves || now >= latest)
          changes.set(id, { ...member, leaving: { ...leaving, until: iso(now) } });
        else if (letGo) changes.set(id, { ...member, leaving: { ...leaving, until: iso(now + draining) } });
      }
      if (changes.size === 0) return undefined;
      return { do: 'write', set: { members: changed(group.members, changes) } };
    },

    without,
  };
};
export type Membership = ReturnType<typeof createMembership>;
