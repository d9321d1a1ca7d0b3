import type { Member, ObservedGroup, ObservedMember, Share } from './backend.ts';
import { type LoadBalancerRecord, type TargetRecord, weightsOf } from './record.ts';
import { maxDistinctWeights, type TargetHealth } from './schema.ts';
import { sharesOf, type WeightedGroup } from './shares.ts';
import type { TargetInstance } from './target-instances.ts';

type Instances = ReadonlyMap<string, TargetInstance>;
type Groups = ReadonlyMap<number, ObservedGroup>;
type Targets = LoadBalancerRecord['targets'];

/** A target, and where it is to be found. */
interface Placed {
  instanceId: string;
  target: TargetRecord;
  standing: TargetInstance['standing'];
  /** Absent while there is no machine. */
  member?: Member;
}

const placed = (targets: Targets, instances: Instances): Placed[] =>
  Object.entries(targets).flatMap(([instanceId, target]): Placed[] => {
    const instance = instances.get(instanceId);
    if (!instance) return [];
    const { standing, machineId } = instance;
    const member = machineId === undefined ? undefined : { machineId, port: instance.hostPort(target.port) };
    return [{ instanceId, target, standing, member }];
  });

const isSame = (a: Member, b: Member): boolean => a.machineId === b.machineId && a.port === b.port;

const isDraining = ({ state }: ObservedMember): boolean =>
  state === 'draining' || state === 'unhealthy.draining';

const bare = ({ machineId, port }: Member): Member => ({ machineId, port });

const healthOf = (seen: readonly ObservedMember[]): TargetHealth => {
  if (seen.some(({ state }) => state === 'healthy')) return 'healthy';
  const isDown = ({ state, machineIsDown }: ObservedMember) =>
    machineIsDown || state === 'unhealthy' || state === 'unavailable' || state === 'unhealthy.draining';
  return seen.some(isDown) ? 'unhealthy' : 'unknown';
};

/** The targets whose instances are there; `undefined` where that is all of them. */
export const withoutGone = (targets: Targets, instances: Instances): Targets | undefined => {
  const left = Object.entries(targets).filter(([id]) => instances.has(id));
  return left.length === Object.keys(targets).length ? undefined : Object.fromEntries(left);
};

/**
 * What the target groups of a balancer should hold, against what they hold. A target whose weight has changed goes on in
 * its old group until its new one serves it, so that a change of weight loses no request.
 */
export const membershipOf = (
  record: Pick<LoadBalancerRecord, 'targets'>,
  instances: Instances,
  groups: Groups,
) => {
  const wanted = placed(record.targets, instances);
  const weights = weightsOf(record);
  const leftOver = [...groups.keys()].filter((weight) => !weights.includes(weight));
  /** A listener forwards to five groups, so there may be no room for those that are no longer wanted. */
  const isKept = (weight: number): boolean =>
    weights.includes(weight) || leftOver.indexOf(weight) < Math.max(0, maxDistinctWeights - weights.length);

  const membersIn = (weight: number): readonly ObservedMember[] => groups.get(weight)?.members ?? [];
  const findIn = (weight: number, member: Member): ObservedMember | undefined =>
    membersIn(weight).find((one) => !isDraining(one) && isSame(one, member));

  const belongs = (weight: number, seen: ObservedMember): boolean =>
    wanted.some(
      ({ target, member, standing }) =>
        standing !== 'ended' && target.weight === weight && member !== undefined && isSame(member, seen),
    );

  /** Whether a target that moves to another group still needs this one. */
  const isMoving = (weight: number, seen: ObservedMember): boolean =>
    isKept(weight) &&
    seen.state === 'healthy' &&
    wanted.some(
      ({ target, member, standing }) =>
        standing !== 'ended' &&
        member !== undefined &&
        isSame(member, seen) &&
        findIn(target.weight, member)?.state !== 'healthy',
    );

  const missing = (weight: number): Member[] =>
    wanted.flatMap(({ target, member, standing }) =>
      standing === 'running' && target.weight === weight && member && !findIn(weight, member) ? [member] : [],
    );

  const excess = (weight: number): Member[] =>
    membersIn(weight)
      .filter((seen) => !isDraining(seen) && !belongs(weight, seen) && !isMoving(weight, seen))
      .map(bare);

  const weighted = ([weight, { id, members }]: [number, ObservedGroup]): WeightedGroup => ({
    groupId: id,
    weight,
    healthy: members.filter(({ state }) => state === 'healthy').length,
    targets: weights.includes(weight) ? Math.max(1, members.filter((one) => !isDraining(one)).length) : 0,
  });

  return {
    weights,
    missing,
    excess,

    /** Groups of no present weight that still hold somebody. */
    draining: leftOver.filter((weight) => membersIn(weight).length > 0 && isKept(weight)),

    /** What the listener is to forward to. */
    shares(): Share[] {
      const inUse = [...groups]
        .filter(([weight]) => weights.includes(weight) || (isKept(weight) && membersIn(weight).length > 0))
        .sort(([a], [b]) => a - b);
      return sharesOf(inUse.map(weighted));
    },

    /** The targets with their health as it is now. */
    targets(): Targets {
      const health = new Map(
        wanted.map(({ instanceId, target, standing, member }) => {
          const seen = member
            ? [...groups.values()].flatMap(({ members }) => members.filter((one) => isSame(one, member)))
            : [];
          return [
            instanceId,
            { ...target, health: standing === 'ended' ? ('unhealthy' as const) : healthOf(seen) },
          ];
        }),
      );
      return Object.fromEntries(
        Object.entries(record.targets).map(([id, target]) => [id, health.get(id) ?? target]),
      );
    },
  };
};

export type Membership = ReturnType<typeof membershipOf>;
