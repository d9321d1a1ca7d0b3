import type { Clock } from '../../platform/clock.ts';
import { CloudError } from '../../platform/errors/index.ts';
import type { Item, Tables } from '../../platform/table/types.ts';

export interface Pollers {
  /**
   * Runs something that waits for up to `waitSeconds`, in one of the tenant's places.
   * @throws CloudError `RATE_LIMITED` where all places are taken
   */
  within<T>(tenant: string, waitSeconds: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** Requests of one tenant that may wait at the same time: each holds a process of the account's thousand. */
export const pollersPerTenant = 20;

/** Seconds that a place is held beyond the wait: for the calls around it. */
const slackSeconds = 10;
const keepSeconds = 60;

class Taken extends Error {}

const slots = Array.from({ length: pollersPerTenant }, (_, index) => `slot_${index}`);

const isFree = (item: Item | undefined, slot: string, now: number): boolean => {
  const until = item?.[slot];
  return typeof until !== 'number' || until <= now;
};

/**
 * Places for requests that wait, one item of the ephemeral table for each tenant: a place is a time until which it is held,
 * so that one whose process died is free again by itself. One read and one write before, one write after.
 */
export const createPollers = ({
  tables,
  clock,
  random = Math.random,
}: {
  tables: Tables;
  clock: Clock;
  random?: () => number;
}): Pollers => {
  const keyOf = (tenant: string) => ({ table: 'ephemeral', pk: `POLLERS#${tenant}`, sk: 'QUEUES' }) as const;

  /** Several may have found the same place free: whoever comes second looks again. */
  const take = async (
    tenant: string,
    waitSeconds: number,
    signal: AbortSignal,
  ): Promise<{ slot: string; until: number }> => {
    const key = keyOf(tenant);
    for (let tries = 0; tries <= pollersPerTenant; tries++) {
      const now = clock.now();
      const item = await tables.get(key, { consistent: true, signal });
      const free = slots.filter((slot) => isFree(item, slot, now));
      const slot = free[Math.floor(random() * free.length)];
      if (slot === undefined) break;
      // A fraction of a millisecond tells two holders of the same time apart.
      const until = now + (waitSeconds + slackSeconds) * 1_000 + random();
      try {
        await tables.write(
          {
            update: key,
            set: { [slot]: until, expires_at: Math.ceil(until / 1_000) + keepSeconds },
            when: {
              expression: 'attribute_not_exists(#slot) OR #slot <= :now',
              names: { '#slot': slot },
              values: { ':now': now },
            },
            otherwise: () => new Taken(),
          },
          { signal },
        );
        return { slot, until };
      } catch (error) {
        if (!(error instanceof Taken)) throw error;
      }
    }
    throw new CloudError(
      'RATE_LIMITED',
      `at most ${pollersPerTenant} requests can wait for messages at the same time`,
      { retryAfterSeconds: 1 },
    );
  };

  const leave = async (tenant: string, { slot, until }: { slot: string; until: number }): Promise<void> => {
    const left = tables.write({
      update: keyOf(tenant),
      remove: [slot],
      when: { expression: '#slot = :until', names: { '#slot': slot }, values: { ':until': until } },
      otherwise: () => new Taken(),
    });
    await left.catch((error: unknown) => {
      // Somebody else has it by now: it was held longer than it should.
      if (!(error instanceof Taken)) throw error;
    });
  };

  return {
    async within(tenant, waitSeconds, signal, work) {
      const place = await take(tenant, waitSeconds, signal);
      try {
        return await work();
      } finally {
        await leave(tenant, place);
      }
    },
  };
};
