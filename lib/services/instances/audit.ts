import type { ReconcileQueue } from '../../platform/lifecycle/ports.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Item, Key, Tables } from '../../platform/table/types.ts';
import type { Fleet, MachineState, OwnedMachine } from './backend.ts';
import { machineKey } from './keys.ts';
import { launchBatchKind } from './launch-batches/record.ts';
import type { AuditRequest } from './observed-event.ts';

export interface AuditOptions {
  fleet: Fleet;
  tables: Pick<Tables, 'batchGet'>;
  queue: ReconcileQueue;
}

export interface Audited {
  machines: number;
  /** Instances whose record says something else than EC2 does; a look at each was asked for. */
  drifted: number;
  /** Living machines that no record claims. For an operator: `docs/instances.md`. */
  orphans: string[];
}

const living: ReadonlySet<MachineState> = new Set(['pending', 'running', 'stopping', 'stopped']);

/** What a record at rest says of a machine in this state; a state on the way to another says nothing. */
const restingStatus: Partial<Record<MachineState, string>> = {
  running: 'RUNNING',
  stopped: 'STOPPED',
  'shutting-down': 'ERROR',
  terminated: 'ERROR',
};

const hasDrifted = (machine: OwnedMachine, record: Item): boolean => {
  const atRest = record.generation === record.observed_generation && !record.deleted_at;
  const status = restingStatus[machine.state];
  const servesElsewhere = machine.ports !== undefined && machine.ports !== record.published_ports;
  return atRest && status !== undefined && (status !== record.status || servesElsewhere);
};

/**
 * Compares every machine with its record, and asks for a look where they differ: the truth behind the events, of which
 * EC2 promises no delivery. One call and a thousand half read units for each thousand machines.
 */
export const createAudit = ({ fleet, tables, queue }: AuditOptions) => {
  /** The instance of each machine, and whether it is still being handed out. */
  const ownersOf = async (machines: readonly OwnedMachine[], signal: AbortSignal) => {
    const together = machines.filter(({ instance }) => instance === undefined);
    const items = await tables.batchGet(
      together.flatMap(({ id, tenant, launchBatch = '' }) => [
        machineKey(id),
        resourceKey(tenant, launchBatchKind.kind, launchBatch),
      ]),
      { signal },
    );
    const found = new Map(items.map((item) => [String(item.pk) + item.sk, item]));
    const at = ({ pk, sk }: Key): Item | undefined => found.get(pk + sk);
    return new Map(
      machines.map(({ id, tenant, instance, launchBatch = '' }) => {
        const batch = at(resourceKey(tenant, launchBatchKind.kind, launchBatch));
        const owner = instance ?? (at(machineKey(id))?.id as string | undefined);
        return [id, { owner, pending: batch !== undefined && batch.status !== 'ERROR' }];
      }),
    );
  };

  return async ({ eventId }: AuditRequest, signal: AbortSignal): Promise<Audited> => {
    const audited: Audited = { machines: 0, drifted: 0, orphans: [] };
    for await (const machines of fleet.pages(signal)) {
      const owners = await ownersOf(machines, signal);
      const keys = machines.flatMap(({ id, tenant }) => {
        const owner = owners.get(id)?.owner;
        return owner === undefined ? [] : [resourceKey(tenant, 'INSTANCE', owner)];
      });
      const records = await tables.batchGet(keys, { signal });
      const byId = new Map(records.map((record) => [record.sk, record]));
      const claims = (machine: OwnedMachine): Item | undefined => {
        const record = byId.get(owners.get(machine.id)?.owner);
        // A record that names no machine yet may be about to name this one.
        return record && (record.container_id ?? machine.id) === machine.id ? record : undefined;
      };
      const drifted = machines.flatMap((machine) => {
        const record = claims(machine);
        return record !== undefined && hasDrifted(machine, record)
          ? [{ machine, instance: String(record.sk) }]
          : [];
      });
      const orphans = machines.filter(
        (machine) =>
          living.has(machine.state) && !claims(machine) && owners.get(machine.id)?.pending !== true,
      );
      audited.machines += machines.length;
      audited.drifted += drifted.length;
      audited.orphans.push(...orphans.map(({ id }) => id));
      const unsent = await queue.send(
        drifted.map(({ machine: { tenant, id: machineId }, instance }) => ({
          message: {
            kind: 'INSTANCE',
            tenant,
            id: instance,
            generation: 0,
            event_id: `audit:${eventId}:${machineId}`,
            observed: true,
          },
          delaySeconds: 0,
        })),
        signal,
      );
      for (const error of unsent.values()) throw error;
    }
    return audited;
  };
};
