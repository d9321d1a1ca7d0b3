import { resourceKey } from '../../platform/table/keys.ts';
import type { Tables } from '../../platform/table/types.ts';
import type { MonitoredMachine, Monitoring } from './backend.ts';
import { whichAreMetered } from './metered.ts';
import type { MetricsQueue } from './tasks.ts';

export interface RelaxerOptions {
  tables: Pick<Tables, 'batchGet'>;
  monitoring: Monitoring;
  queue: MetricsQueue;
}

/**
 * Ends detailed monitoring of machines that are in no metered group: the last policy went, or the instance left its group.
 * One page of machines each time; the queue brings the next. Nothing is lost where it ends half way: whatever is still
 * monitored is seen in the next hour.
 * @throws BackendError from EC2; Error where the next page could not be asked for
 */
export const createRelaxer = ({ tables, monitoring, queue }: RelaxerOptions) => {
  const unneeded = async (
    machines: readonly MonitoredMachine[],
    signal: AbortSignal,
  ): Promise<MonitoredMachine[]> => {
    const records = await tables.batchGet(
      machines.map(({ tenant, instance }) => resourceKey(tenant, 'INSTANCE', instance)),
      { project: ['sk', 'scaling_group_id'], signal },
    );
    const groupOf = new Map(
      records.map(({ sk, scaling_group_id }) => [sk, scaling_group_id as string | undefined]),
    );
    const groups = new Map(
      machines.flatMap(({ tenant, instance }) => {
        const group = groupOf.get(instance);
        return group === undefined ? [] : [[group, { tenant, group }] as const];
      }),
    );
    const metered = await whichAreMetered(tables, [...groups.values()], signal);
    return machines.filter(({ instance }) => !metered.has(groupOf.get(instance) ?? ''));
  };

  return async (
    token: string | undefined,
    signal: AbortSignal,
  ): Promise<{ machines: number; relaxed: number }> => {
    const { machines, next } = await monitoring.detailed(token, signal);
    const ending = await unneeded(machines, signal);
    if (ending.length > 0)
      await monitoring.relax(
        ending.map(({ machineId }) => machineId),
        signal,
      );
    if (next !== undefined) {
      const unsent = await queue.send([{ task: 'relax', token: next }], signal);
      for (const error of unsent.values()) throw error;
    }
    return { machines: machines.length, relaxed: ending.length };
  };
};
