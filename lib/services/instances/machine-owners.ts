import { resourceKey } from '../../platform/table/keys.ts';
import type { Key, Tables } from '../../platform/table/types.ts';
import { machineKey } from './keys.ts';
import { launchBatchKind } from './launch-batches/record.ts';

/** A machine that was launched with others: its tags name the launch, and not whose it is. */
export interface LaunchedTogether {
  machine: string;
  tenant: string;
  /** Id of the launch batch. */
  batch: string;
}

export interface MachineOwner {
  /** Id of the instance that it was given to. */
  instance?: string;
  /** Its batch is still at work, and may give it to one. */
  isUnassigned: boolean;
}

/** Whose machines are that were launched with others, by the machine's id. Two reads each, in batches. */
export const ownersOfMachines = async (
  tables: Pick<Tables, 'batchGet'>,
  machines: readonly LaunchedTogether[],
  options: { consistent?: boolean; signal?: AbortSignal },
): Promise<ReadonlyMap<string, MachineOwner>> => {
  const batchKey = ({ tenant, batch }: LaunchedTogether): Key =>
    resourceKey(tenant, launchBatchKind.kind, batch);
  const items = await tables.batchGet(
    machines.flatMap((one) => [machineKey(one.machine), batchKey(one)]),
    { ...options, project: ['pk', 'sk', 'id', 'status'] },
  );
  const found = new Map(items.map((item) => [`${item.pk} ${item.sk}`, item]));
  const at = ({ pk, sk }: Key) => found.get(`${pk} ${sk}`);
  return new Map(
    machines.map((one) => {
      const instance = at(machineKey(one.machine))?.id;
      const batch = at(batchKey(one));
      return [
        one.machine,
        typeof instance === 'string'
          ? { instance, isUnassigned: false }
          : { isUnassigned: batch !== undefined && batch.status !== 'ERROR' },
      ];
    }),
  );
};
