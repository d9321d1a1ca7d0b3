import { listAll } from '../platform/store/list-all.ts';
import type { ResourceStore } from '../platform/store/types.ts';
import type { InstanceUser } from '../services/instances/observer.ts';
import type { InstanceRecord } from '../services/instances/service.ts';
import { type LoadBalancerRecord, loadBalancerKind } from '../services/load-balancers/service.ts';
import { volumeKind } from '../services/volumes/service.ts';

export interface InstanceUsersOptions {
  instances: Pick<ResourceStore<InstanceRecord>, 'find'>;
  balancers: Pick<ResourceStore<LoadBalancerRecord>, 'list'>;
}

/**
 * The volumes of an instance, also of one that is being deleted, and the load balancers that it is a target of: a tenant
 * has few, so all are read.
 */
export const instanceUsers =
  ({ instances, balancers }: InstanceUsersOptions) =>
  async (tenant: string, id: string, signal: AbortSignal): Promise<InstanceUser[]> => {
    const [instance, all] = await Promise.all([
      instances.find(tenant, id, { signal, tombstones: true }),
      listAll(balancers, tenant, signal),
    ]);
    return [
      ...(instance?.volumes ?? []).map(({ volume_id }) => ({ kind: volumeKind.kind, id: volume_id })),
      ...all
        .filter(({ targets }) => Object.hasOwn(targets, id))
        .map((balancer) => ({ kind: loadBalancerKind.kind, id: balancer.id })),
    ];
  };
