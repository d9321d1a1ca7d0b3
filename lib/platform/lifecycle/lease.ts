import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { leaseKey } from '../table/keys.ts';
import type { Item, Tables } from '../table/types.ts';

/** The right to work on one resource. */
export interface Lease {
  owner: string;
  /** Milliseconds since the epoch. */
  until: number;
}

export interface ResourceRef {
  kind: string;
  tenant: string;
  id: string;
}

/** Longer than a worker's timeout (20 s) by 5 s: whoever holds one has ended before it does. */
export const leaseMilliseconds = 25_000;

/** The same for workers that call a tenant's target, whose timeout is 35 s. */
export const longLeaseMilliseconds = 40_000;

/** Deleted by DynamoDB some time after it has no meaning any more. */
const keepSeconds = 60;

const maxTries = 10;

class Held extends Error {
  readonly found: Item | undefined;
  constructor(found: Item | undefined) {
    super('the lease is held by another');
    this.found = found;
  }
}

const held = (found: Item | undefined) => new Held(found);

/**
 * The very looks that are asked for are being taken by the holder: a queue has delivered its message twice. Whoever is told
 * so leaves its message in the queue, as it is the holder's own, and the only one where that dies.
 */
export class TwinAtWork extends Error {
  override readonly name = 'TwinAtWork';

  constructor() {
    super('another delivery of this message is at work');
  }
}

const isTwin = (found: Item | undefined, looks: readonly string[]): boolean => {
  const theirs = Array.isArray(found?.looks) ? found.looks : [];
  return looks.length > 0 && looks.every((look) => theirs.includes(look));
};

/** Undefined where the condition of a write failed: then what was found. */
const refused = async (write: Promise<unknown>): Promise<Held | undefined> => {
  try {
    await write;
    return undefined;
  } catch (error) {
    if (error instanceof Held) return error;
    throw error;
  }
};

/**
 * Leases in the ephemeral table. Nobody waits for one: who finds it held leaves a note on it (`again`), and the holder
 * does not let go before it has looked again. So a message that comes while another worker is busy is neither lost nor
 * sent round in circles. If the holder dies, its own message comes back; a second delivery of that message takes no note for
 * an answer, as it would take the holder's message along.
 */
export const createLeases = (
  tables: Tables,
  clock: Clock,
  newOwner: () => string = randomUUID,
  milliseconds = leaseMilliseconds,
) => {
  /**
   * @param looks ids of the messages that ask for it
   * @returns undefined where the holder has been told to look again
   * @throws TwinAtWork where the holder is at work for the same messages
   */
  const acquire = async (
    { kind, tenant, id }: ResourceRef,
    signal?: AbortSignal,
    looks: readonly string[] = [],
  ): Promise<Lease | undefined> => {
    const key = leaseKey(tenant, kind, id);
    for (let tries = 1; tries <= maxTries; tries++) {
      const now = clock.now();
      const lease: Lease = { owner: newOwner(), until: now + milliseconds };
      const taking = tables.write(
        {
          update: key,
          set: {
            owner: lease.owner,
            until: lease.until,
            looks,
            expires_at: Math.ceil(lease.until / 1000) + keepSeconds,
          },
          remove: ['again'],
          when: {
            expression: 'attribute_not_exists(pk) OR #until <= :now',
            names: { '#until': 'until' },
            values: { ':now': now },
          },
          otherwise: held,
        },
        { signal },
      );
      const holder = await refused(taking);
      if (!holder) return lease;
      if (isTwin(holder.found, looks)) throw new TwinAtWork();
      const noting = tables.write(
        {
          update: key,
          set: { again: true },
          when: {
            expression: '#owner = :owner AND #until > :now',
            names: { '#owner': 'owner', '#until': 'until' },
            values: { ':owner': holder.found?.owner ?? '', ':now': now },
          },
          otherwise: held,
        },
        { signal },
      );
      if (!(await refused(noting))) return undefined;
    }
    throw new Error(`the lease of ${kind} ${id} changes hands too fast`);
  };

  /** Lets go. @returns true where somebody left a note: then it is still held, and the resource wants another look */
  const release = async (
    { kind, tenant, id }: ResourceRef,
    { owner }: Lease,
    signal?: AbortSignal,
  ): Promise<boolean> => {
    const key = leaseKey(tenant, kind, id);
    const mine = { names: { '#owner': 'owner' }, values: { ':owner': owner } };
    const releasing = tables.write(
      {
        update: key,
        set: { until: 0 },
        when: { ...mine, expression: '#owner = :owner AND attribute_not_exists(again)' },
        otherwise: held,
      },
      { signal },
    );
    const found = (await refused(releasing))?.found;
    if (found?.owner !== owner || !found.again) return false;
    const taken = tables.write(
      { update: key, remove: ['again'], when: { ...mine, expression: '#owner = :owner' }, otherwise: held },
      { signal },
    );
    return (await refused(taken)) === undefined;
  };

  return { acquire, release };
};

export type Leases = ReturnType<typeof createLeases>;
