import type { ResourceStore } from '../../platform/store/types.ts';
import type { Watcher } from '../../platform/table/resource.ts';
import type { Write } from '../../platform/table/types.ts';
import type { LoadBalancerRecord } from './record.ts';
import { maxTargets } from './schema.ts';

type Planner = Pick<ResourceStore<LoadBalancerRecord>, 'plan'>;

/** The weight of what joins by itself: contract section 5. */
const weight = 1;

export interface TargetChange {
  /** Instances that become targets, each with an id for its target. Those that are one already stay as they are. */
  join?: readonly { instanceId: string; targetId: string }[];
  /** The port of their workload. */
  port?: number;
  leave?: readonly string[];
}

/** How many more targets a balancer takes. */
export const roomForTargets = ({ targets }: Pick<LoadBalancerRecord, 'targets'>): number =>
  Math.max(0, maxTargets - Object.keys(targets).length);

/**
 * A change of a balancer's targets as a write of somebody else's transaction, which runs within `untilCurrent`, with the
 * generation that it makes: when `observed_generation` has reached it, Elastic Load Balancing was told. `undefined` where
 * nothing changes. The caller sees to it that there is room.
 */
export const planTargets = (
  store: Planner,
  balancer: LoadBalancerRecord,
  { join = [], port = 80, leave = [] }: TargetChange,
): { write: Write; generation: number } | undefined => {
  const gone = new Set(leave);
  const kept = Object.entries(balancer.targets).filter(([id]) => !gone.has(id));
  const added = join
    .filter(({ instanceId }) => !balancer.targets[instanceId])
    .map(({ instanceId, targetId }) => [
      instanceId,
      { id: targetId, port, weight, health: 'unknown' as const },
    ]);
  if (added.length === 0 && kept.length === Object.keys(balancer.targets).length) return undefined;
  const targets = Object.fromEntries([...kept, ...added]);
  const { after, write } = store.plan(balancer, { set: { targets }, intent: true });
  return { write, generation: after.generation };
};

const isSame = (one: Watcher, other: Watcher): boolean => one.kind === other.kind && one.id === other.id;

/** Has somebody told of a balancer's end and of its targets' health; of the transaction that makes the watcher. */
export const planWatch = (store: Planner, balancer: LoadBalancerRecord, watcher: Watcher): Write => {
  const others = (balancer.watchers ?? []).filter((one) => !isSame(one, watcher));
  return store.plan(balancer, { set: { watchers: [...others, watcher] } }).write;
};

/** Ends that; none where it is so already. */
export const planUnwatch = (store: Planner, balancer: LoadBalancerRecord, watcher: Watcher): Write[] => {
  const before = balancer.watchers ?? [];
  const watchers = before.filter((one) => !isSame(one, watcher));
  return watchers.length === before.length ? [] : [store.plan(balancer, { set: { watchers } }).write];
};
