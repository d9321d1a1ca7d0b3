import type { ReconcileQueue } from '../../platform/lifecycle/ports.ts';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Item, Tables } from '../../platform/table/types.ts';
import type { Fleet, MachineState, OwnedMachine } from './backend.ts';
import { type MachineOwner, ownersOfMachines } from './machine-owners.ts';
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
    const together = machines.flatMap(({ id, tenant, instance, launchBatch }) =>
      instance === undefined && launchBatch !== undefined
        ? [{ machine: id, tenant, batch: launchBatch }]
        : [],
    );
    const owners = await ownersOfMachines(tables, together, { signal });
    return (machine: OwnedMachine): MachineOwner =>
      owners.get(machine.id) ?? { instance: machine.instance, isUnassigned: false };
  };

  return async ({ eventId }: AuditRequest, signal: AbortSignal): Promise<Audited> => {
    const audited: Audited = { machines: 0, drifted: 0, orphans: [] };
    for await (const machines of fleet.pages(signal)) {
      const ownerOf = await ownersOf(machines, signal);
      const keys = machines.flatMap((machine) => {
        const { instance } = ownerOf(machine);
        return instance === undefined ? [] : [resourceKey(machine.tenant, 'INSTANCE', instance)];
      });
      const records = await tables.batchGet(keys, { signal });
      const byId = new Map(records.map((record) => [record.sk, record]));
      const claims = (machine: OwnedMachine): Item | undefined => {
        const record = byId.get(ownerOf(machine).instance);
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
        (machine) => living.has(machine.state) && !claims(machine) && !ownerOf(machine).isUnassigned,
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
