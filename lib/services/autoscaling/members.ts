import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors/index.ts';
import type { Caller } from '../../platform/http/caller.ts';
import type { NewId } from '../../platform/ids.ts';
import { requested } from '../../platform/lifecycle/requested.ts';
import { fromItem } from '../../platform/store/record.ts';
import type { ResourceStore } from '../../platform/store/types.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { type InstanceRecord, instanceKind } from '../instances/service.ts';
import type { LoadBalancerRecord } from '../load-balancers/service.ts';
import type { GroupInstance, ProtectInstance } from './member-schema.ts';
import type { ScalingGroupRecord } from './record.ts';
import { type Placed, placed } from './standing.ts';

export interface GroupMembersOptions {
  tables: Pick<Tables, 'batchGet'>;
  store: Pick<ResourceStore<ScalingGroupRecord>, 'get' | 'change'>;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'find'>;
  clock: Clock;
  newId: NewId;
}

const shownOf = (
  { id, member, standing, instance }: Placed,
  balancer: LoadBalancerRecord | undefined,
): GroupInstance => {
  const isDown = standing !== 'running' && standing !== 'starting';
  const isUnhealthy = isDown || balancer?.targets[id]?.health === 'unhealthy';
  return {
    instance_id: id,
    name: instance?.name,
    image: member.image,
    lifecycle_state: member.leaving ? 'TERMINATING' : member.in_service_at ? 'IN_SERVICE' : 'PENDING',
    health: isUnhealthy ? 'UNHEALTHY' : 'HEALTHY',
    reason: member.leaving?.reason ?? (isDown ? instance?.status_reason : undefined),
    protected_from_scale_in: member.protected ?? false,
    launched_at: member.launched_at,
    in_service_at: member.in_service_at,
  };
};

/** A group's instances as its owner sees them, and their protection from scale-in. */
export class GroupMembers {
  readonly #options: GroupMembersOptions;

  constructor(options: GroupMembersOptions) {
    this.#options = options;
  }

  /** Oldest first. @throws CloudError `NOT_FOUND` */
  async list(caller: Caller, groupId: string): Promise<GroupInstance[]> {
    const { tables, store, balancers } = this.#options;
    const { signal, principal } = caller;
    const group = await store.get(principal.tenant, groupId, { signal });
    const keys = Object.keys(group.members).map((id) => resourceKey(group.tenant, instanceKind.kind, id));
    const [items, balancer] = await Promise.all([
      keys.length > 0 ? tables.batchGet(keys, { signal }) : [],
      group.load_balancer_id === undefined
        ? undefined
        : balancers.find(group.tenant, group.load_balancer_id, { signal }),
    ]);
    const records = items.map((item): InstanceRecord => fromItem(instanceKind, item));
    return placed(group.members, new Map(records.map((record) => [record.id, record])))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map((one) => shownOf(one, balancer));
  }

  /** Whether a scale-in may end it; a loss, a user or the group's delete still may. @throws CloudError `NOT_FOUND` */
  async protect(
    caller: Caller,
    groupId: string,
    instanceId: string,
    { protected: wanted }: ProtectInstance,
  ): Promise<ProtectInstance> {
    const event = requested(this.#options, caller, 'update');
    const answer = { protected: wanted };
    await this.#options.store.change(
      caller,
      groupId,
      ({ members }) => {
        const member = members[instanceId];
        if (!member || member.leaving) throw notFound('instance of the group');
        if ((member.protected ?? false) === wanted) return undefined;
        const { protected: _, ...rest } = member;
        const changed = wanted ? { ...rest, protected: true } : rest;
        return { set: { members: { ...members, [instanceId]: changed }, event }, intent: true };
      },
      () => answer,
    );
    return answer;
  }
}
