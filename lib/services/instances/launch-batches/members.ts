import type { Clock } from '../../../platform/clock.ts';
import { failedChange } from '../../../platform/lifecycle/settlement.ts';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import { fromItem } from '../../../platform/store/record.ts';
import type { ResourceStore } from '../../../platform/store/types.ts';
import { resourceKey } from '../../../platform/table/keys.ts';
import type { Tables } from '../../../platform/table/types.ts';
import type { Machine } from '../backend.ts';
import { MachineTaken, machineKey, ownerOf } from '../keys.ts';
import { type InstanceRecord, instanceKind } from '../record.ts';
import type { LaunchBatchRecord } from './record.ts';

/** A machine that boots is looked at so soon, should its state-change event be lost: EC2 takes 10 to 20 s as a rule. */
const bootLooksMilliseconds = 20_000;

/** Members are written by others too; whoever was that often slower is looked at once more later. */
const maxRounds = 5;

export interface MembersOptions {
  store: Pick<ResourceStore<InstanceRecord>, 'settle'>;
  tables: Pick<Tables, 'batchGet'>;
  clock: Clock;
}

export interface Assigned {
  /** Members that have no machine yet. */
  left: string[];
  /** Ids of machines that no member needs. */
  surplus: string[];
}

/** Whether this instance still waits for the batch to give it a machine. */
export const isMemberOf = ({ id }: Pick<LaunchBatchRecord, 'id'>, instance: InstanceRecord): boolean =>
  instance.launch_batch === id && !instance.container_id;

/** Whether a launch that has not begun is still wanted. */
export const wantsMachine = ({ deleted_at, desired_status }: InstanceRecord): boolean =>
  !deleted_at && desired_status === 'RUNNING';

const isLiving = ({ state }: Machine): boolean => state !== 'terminated' && state !== 'shutting-down';

/** Order of the ids: the same for every worker that is given the same machines. */
const inOrder = (machines: readonly Machine[]): Machine[] =>
  [...machines].sort((a, b) => (a.id < b.id ? -1 : 1));

/**
 * The instances of a launch batch. Each is written by itself, under its own version and together with the claim on its
 * machine: two workers that give one machine to two members, or two machines to one, can't both succeed.
 */
export const createMembers = ({ store, tables, clock }: MembersOptions) => {
  const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

  /** In the order of the ids; those that are gone are left out. */
  const read = async (
    tenant: string,
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<InstanceRecord[]> => {
    const keys = ids.map((id) => resourceKey(tenant, instanceKind.kind, id));
    const items = await tables.batchGet(keys, { consistent: true, signal });
    const byId = new Map(items.map((item) => [item.sk, fromItem(instanceKind, item)]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  };

  /** Gives a member its machine, unless somebody else was faster with either. */
  const give = async (
    { placement, zone }: LaunchBatchRecord,
    member: InstanceRecord,
    machine: Machine,
    signal: AbortSignal,
  ): Promise<void> => {
    const now = clock.now();
    const settling = store.settle(
      member,
      {
        set: {
          container_id: machine.id,
          private_ip: machine.privateIp,
          placement,
          zone,
          groups_done: member.subnet_id ? [...(member.security_group_ids ?? [])] : undefined,
          asked_at: iso(now),
          next_attempt_at: iso(now + bootLooksMilliseconds),
        },
        remove: ['launch_batch', 'status_reason'],
        extra: [ownerOf(machine.id, member)],
      },
      signal,
    );
    await settling.catch((error: unknown) => {
      if (!(error instanceof MachineTaken)) throw error;
    });
  };

  /** Those of the machines that are nobody's. */
  const unclaimed = async (machines: readonly Machine[], signal: AbortSignal): Promise<Machine[]> => {
    const keys = machines.map(({ id }) => machineKey(id));
    const claims = await tables.batchGet(keys, { consistent: true, signal });
    const claimed = new Set(claims.map(({ pk }) => pk));
    return machines.filter(({ id }) => !claimed.has(machineKey(id).pk));
  };

  return {
    read,

    /**
     * Gives each member of the present attempt one of its machines, also to such as were deleted meanwhile: they end it
     * themselves. A machine that has ended already is nobody's.
     * @throws BackendError `not_yet` where others were faster again and again
     */
    async assign(
      batch: LaunchBatchRecord,
      machines: readonly Machine[],
      signal: AbortSignal,
    ): Promise<Assigned> {
      for (let round = 1; ; round++) {
        const members = await read(batch.tenant, batch.asked ?? [], signal);
        const owned = new Set(members.map(({ container_id }) => container_id));
        const free = inOrder(machines.filter((machine) => isLiving(machine) && !owned.has(machine.id)));
        const waiting = members.filter((member) => isMemberOf(batch, member));
        const pairs = waiting.slice(0, free.length).map((member, index) => [member, free[index]] as const);
        if (pairs.length === 0) {
          const surplus = await unclaimed(free, signal);
          return { left: waiting.map(({ id }) => id), surplus: surplus.map(({ id }) => id) };
        }
        if (round > maxRounds)
          throw new BackendError('not_yet', 'the instances are being changed by others at this moment');
        await Promise.all(pairs.map(([member, machine]) => give(batch, member, machine as Machine, signal)));
      }
    },

    /**
     * Lets go of members for which no launch has begun: who is to have a machine nevertheless is launched by itself.
     * @param reason why it can't have one: it ends in `ERROR`. Left out: its owner has changed their mind
     */
    async release(members: readonly InstanceRecord[], reason: string | undefined, signal: AbortSignal) {
      const at = iso(clock.now());
      await Promise.all(
        members.map(async (member) => {
          const failed =
            reason !== undefined && wantsMachine(member) ? failedChange(member, reason, at) : undefined;
          const { set, remove = [] } = failed ?? { set: { next_attempt_at: at } };
          await store.settle(member, { set, remove: [...remove, 'launch_batch'] }, signal);
        }),
      );
    },
  };
};

export type Members = ReturnType<typeof createMembers>;
