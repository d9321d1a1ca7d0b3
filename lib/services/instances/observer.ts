import * as z from 'zod/mini';
import { type QueuesByKind, queueOf } from '../../platform/lifecycle/ports.ts';
import type { Tables } from '../../platform/table/types.ts';
import { machineKey } from './keys.ts';
import type { StateChange } from './observed-event.ts';

const MachineOwner = z.object({ tenant: z.string(), id: z.string() });

/** What uses an instance, and so hears of what becomes of its machine. */
export interface InstanceUser {
  kind: string;
  id: string;
}

export interface ObserverOptions {
  tables: Tables;
  /** Of instances and of everything that uses one. */
  queues: QueuesByKind;
  usersOf(tenant: string, instanceId: string, signal: AbortSignal): Promise<readonly InstanceUser[]>;
  sleep(milliseconds: number, signal: AbortSignal): Promise<unknown>;
}

/**
 * States that change what the platform says of an instance, or what comes next. The others are only on the way to one
 * of these.
 */
const meaningful: ReadonlySet<string> = new Set(['running', 'stopped', 'terminated']);

/** The first event of a machine may overtake the write that says whose it is; later ones can't. */
const firstState = 'running';
const pausesMilliseconds = [50, 100, 200, 400, 800];

/** Those who use an instance read its record, so its own look goes first. */
const usersDelaySeconds = 2;

export type Observation = 'sent' | 'nothing to do' | 'not ours';

/**
 * Turns what EC2 reports of a machine into a look at its instance, and a little later at what uses it. Reports of machines
 * that are nobody's are dropped: the account may hold others than the platform's, and the reconciler's own fallback finds
 * what an early event missed.
 */
export const createObserver = ({ tables, queues, usersOf, sleep }: ObserverOptions) => {
  const ownerOf = async ({ machineId, state }: StateChange, signal: AbortSignal) => {
    const find = () => tables.get(machineKey(machineId), { signal });
    let owner = await find();
    for (const pause of state === firstState ? pausesMilliseconds : []) {
      if (owner) break;
      await sleep(pause, signal);
      owner = await find();
    }
    return owner && MachineOwner.parse(owner);
  };

  /** @throws Error where the message could not be sent */
  return async (change: StateChange, signal: AbortSignal): Promise<Observation> => {
    if (!meaningful.has(change.state)) return 'nothing to do';
    const owner = await ownerOf(change, signal);
    if (!owner) return 'not ours';
    const { tenant, id } = owner;
    // Those who wait for a machine to run look at it themselves; and a launch waits for nobody.
    const users = change.state === firstState ? [] : await usersOf(tenant, id, signal);
    const looks = [
      { kind: 'INSTANCE', id, delaySeconds: 0 },
      ...users.map((user) => ({ ...user, delaySeconds: usersDelaySeconds })),
    ].map(({ kind, id, delaySeconds }) => ({
      message: { kind, tenant, id, generation: 0, event_id: `ec2:${change.eventId}`, observed: true },
      delaySeconds,
    }));
    for (const [kind, ofKind] of Map.groupBy(looks, ({ message }) => message.kind)) {
      const unsent = await queueOf(queues, kind).send(ofKind, signal);
      for (const error of unsent.values()) throw error;
    }
    return 'sent';
  };
};
