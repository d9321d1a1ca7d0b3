import { isSuspended } from '../../platform/auth/is-suspended.ts';
import type { Clock } from '../../platform/clock.ts';
import { fromItem } from '../../platform/store/record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type InstanceRecord, instanceKind } from '../instances/service.ts';
import type { LoadBalancerRecord } from '../load-balancers/service.ts';
import { readGroupSamples } from '../metrics/service.ts';
import type { Seen } from './controller.ts';
import { freshMilliseconds } from './policies.ts';
import { isSettled, type ScalingGroupRecord } from './record.ts';
import { standingOf } from './standing.ts';

type Group = ScalingGroupRecord;

/** Reads what is around groups, by the group's id. */
export type Surroundings = (
  groups: readonly Group[],
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, Seen>>;

export interface SurroundingsOptions {
  tables: Tables;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'find'>;
  clock: Clock;
}

/**
 * The table of record and the samples. Members are read consistently: a copy that lags behind may not have a new instance
 * yet, which would then be taken for one that is gone, and replaced.
 */
export const createSurroundings = ({ tables, balancers, clock }: SurroundingsOptions): Surroundings => {
  const tenantIsSuspended = isSuspended(tables);

  const instancesOf = async (groups: readonly Group[], signal: AbortSignal) => {
    const keys = groups.flatMap(({ tenant, members }) =>
      Object.keys(members).map((id) => resourceKey(tenant, instanceKind.kind, id)),
    );
    const items = keys.length > 0 ? await tables.batchGet(keys, { consistent: true, signal }) : [];
    return new Map(items.map((item) => fromItem(instanceKind, item)).map((one) => [one.id, one]));
  };

  const samplesOf = async (group: Group, signal: AbortSignal) => {
    if (group.policies.length === 0 || group.deleted_at || !isSettled(group)) return undefined;
    const now = clock.now();
    const window = { from: now - freshMilliseconds, to: now };
    const [newest] = await readGroupSamples(
      tables,
      { tenant: group.tenant, group: group.id },
      window,
      signal,
    );
    return newest;
  };

  /** Looked up only where something is missing: that may be the suspension's doing. */
  const isHeld = async (
    group: Group,
    instances: ReadonlyMap<string, InstanceRecord>,
    signal: AbortSignal,
  ): Promise<boolean> => {
    const ids = Object.keys(group.members);
    const isWhole = isSettled(group) && ids.every((id) => standingOf(instances.get(id)) === 'running');
    return !isWhole && !group.deleted_at && tenantIsSuspended(group.tenant, signal);
  };

  return async (groups, signal) => {
    const instances = await instancesOf(groups, signal);
    return new Map(
      await Promise.all(
        groups.map(async (group): Promise<[string, Seen]> => {
          const { tenant, load_balancer_id: balancerId } = group;
          const [balancer, samples, suspended] = await Promise.all([
            balancerId === undefined ? undefined : balancers.find(tenant, balancerId, { signal }),
            samplesOf(group, signal),
            isHeld(group, instances, signal),
          ]);
          return [group.id, { instances, balancer, samples, suspended }];
        }),
      ),
    );
  };
};
