import { fromItem } from '../../platform/store/record.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import { hostPortOf, type InstanceRecord, instanceKind } from '../instances/service.ts';

/**
 * How an instance stands as a target: `running` is to be registered, `ended` is to be taken out, and what is between
 * (`waiting`) stays as it is: ELBv2 takes running instances only, but keeps those that stop.
 */
export interface TargetInstance {
  standing: 'running' | 'waiting' | 'ended';
  /** EC2's id, once there is a machine. */
  machineId?: string;
  /** The port of the machine that leads to a port of its workload. */
  hostPort(port: number): number;
}

/** The instances that are targets, as the reconciler sees them. */
export interface TargetInstances {
  /** By id; one that is gone, or being deleted, is left out. */
  locate(
    instances: readonly { tenant: string; id: string }[],
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, TargetInstance>>;
}

const standingOf = ({ status, container_id }: InstanceRecord): TargetInstance['standing'] => {
  if (status === 'ERROR') return 'ended';
  return status === 'RUNNING' && container_id ? 'running' : 'waiting';
};

/** The instances of the table of record; 100 a request. */
export const createTargetInstances = (tables: Pick<Tables, 'batchGet'>): TargetInstances => ({
  async locate(instances, signal) {
    if (instances.length === 0) return new Map();
    const once = new Map(instances.map((instance) => [instance.id, instance]));
    const keys = [...once.values()].map(({ tenant, id }) => resourceKey(tenant, instanceKind.kind, id));
    // A copy that lags behind may not have a new instance yet, which would then be taken for one that is gone.
    const items = await tables.batchGet(keys, { consistent: true, signal });
    return new Map(
      items
        .map((item) => fromItem(instanceKind, item))
        .filter(({ deleted_at }) => deleted_at === undefined)
        .map((record) => [
          record.id,
          {
            standing: standingOf(record),
            machineId: record.container_id,
            hostPort: (port) => hostPortOf(record, port),
          },
        ]),
    );
  },
});
