import { isSuspended, suspension } from '../../platform/auth/is-suspended.ts';
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

interface Around {
  /** Of all groups that are looked at together. */
  instances: ReadonlyMap<string, InstanceRecord>;
  /** Tenants, of the groups that may be held. */
  suspended: ReadonlySet<string>;
}

const mayBeHeld = (group: Group): boolean => !group.deleted_at && !isSettled(group);

/**
 * The table of record and the samples. Members are read consistently: a copy that lags behind may not have a new instance
 * yet, which would then be taken for one that is gone, and replaced.
 */
export const createSurroundings = ({ tables, balancers, clock }: SurroundingsOptions): Surroundings => {
  const tenantIsSuspended = isSuspended(tables);

  /**
   * The members of all groups, and for those groups that have something to do their owners too: a suspension may be the
   * reason. One read for all of it.
   */
  const around = async (groups: readonly Group[], signal: AbortSignal) => {
    const members = groups.flatMap(({ tenant, members }) =>
      Object.keys(members).map((id) => resourceKey(tenant, instanceKind.kind, id)),
    );
    const owners = groups.filter(mayBeHeld).map(({ tenant }) => suspension.keyOf(tenant));
    const keys = [...members, ...owners];
    const items = keys.length > 0 ? await tables.batchGet(keys, { consistent: true, signal }) : [];
    const instances = items
      .filter((item) => !suspension.isOne(item))
      .map((item) => fromItem(instanceKind, item));
    return {
      instances: new Map(instances.map((one) => [one.id, one])),
      suspended: suspension.among(items),
    };
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

  /** Looked up by itself only where a member of a group at rest turns out not to run. */
  const isHeld = async (group: Group, { instances, suspended }: Around, signal: AbortSignal) => {
    if (mayBeHeld(group)) return suspended.has(group.tenant);
    const run = Object.keys(group.members).every((id) => standingOf(instances.get(id)) === 'running');
    return !run && !group.deleted_at && tenantIsSuspended(group.tenant, signal);
  };

  return async (groups, signal) => {
    const seen = await around(groups, signal);
    const { instances } = seen;
    return new Map(
      await Promise.all(
        groups.map(async (group): Promise<[string, Seen]> => {
          const { tenant, load_balancer_id: balancerId } = group;
          const [balancer, samples, suspended] = await Promise.all([
            balancerId === undefined ? undefined : balancers.find(tenant, balancerId, { signal }),
            samplesOf(group, signal),
            isHeld(group, seen, signal),
          ]);
          return [group.id, { instances, balancer, samples, suspended }];
        }),
      ),
    );
  };
};
