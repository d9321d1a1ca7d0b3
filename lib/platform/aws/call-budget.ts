import type { Clock } from '../clock.ts';
import { BackendError } from '../lifecycle/types.ts';
import type { Item, Key, Tables } from '../table/types.ts';

export interface Budget {
  ratePerSecond: number;
  burst: number;
}

/** An AWS API's request budget, which belongs to the whole account: every worker asks before it calls. */
export interface CallBudget {
  /**
   * Takes one call, or with `count` so many of the things that a call makes, where they have a budget of their own.
   * @throws BackendError `throttled` where the budget is used up; ask again later
   */
  take(action: string, signal: AbortSignal, count?: number): Promise<void>;
}

export interface CallBudgetOptions {
  tables: Tables;
  clock: Clock;
  /** By action (`RunInstances`), or by class: `Describe` for actions that only read, `Mutate` for all others. */
  budgets: Readonly<Record<string, Budget>>;
  /** Whose share of the budgets this is; each share has buckets of its own. */
  share: { name: string; part: number };
}

/** Calls taken ahead are good for this long: a worker that falls asleep must not wake up with a burst in its hand. */
const aheadMilliseconds = 1_000;

/** A bucket that nobody used for this long is full; its record may go. */
const idleSeconds = 3_600;

const classOf = (action: string): string => (/^(?:Describe|Get)/.test(action) ? 'Describe' : 'Mutate');

/** The bucket was used since we last looked: what is in it now. */
class BucketMoved extends Error {
  readonly found: Item | undefined;

  constructor(found: Item | undefined) {
    super('the bucket moved');
    this.found = found;
  }
}

/**
 * One GCRA bucket for each API in the ephemeral table: `tat` is the time, in milliseconds, at which the bucket would be
 * full again. Calls are taken from it in lots, so a roomy budget costs few writes: as many as are waited for, and twice as
 * many as the last time where those were used up within a second. So ten workers that make a call each do not hold the
 * whole burst in their hands; and none holds more than a tenth of it.
 */
export const createCallBudget = ({ tables, clock, budgets, share }: CallBudgetOptions): CallBudget => {
  const ahead = new Map<string, { left: number; until: number; size: number }>();
  const grabs = new Map<string, Promise<void>>();
  /** What is being waited for, by bucket. */
  const waiting = new Map<string, number>();

  const capacityOf = ({ burst }: Budget): number => Math.max(1, Math.floor(burst * share.part));

  const grab = async (name: string, budget: Budget, lot: number, signal: AbortSignal): Promise<void> => {
    const interval = 1_000 / (budget.ratePerSecond * share.part);
    const capacity = capacityOf(budget);
    const key: Key = { table: 'ephemeral', pk: `BUDGET#${share.name}#${name}`, sk: 'BUCKET' };
    const moved = (found: Item | undefined) => new BucketMoved(found);

    /** Adds to a bucket that is in use; needs no look before, so many workers may do it at once. */
    const add = (now: number) =>
      tables.write(
        {
          update: key,
          add: { tat: lot * interval },
          set: { expires_at: Math.ceil(now / 1_000) + idleSeconds },
          when: {
            expression: '#tat between :now and :roomy',
            names: { '#tat': 'tat' },
            values: { ':now': now, ':roomy': now + (capacity - lot) * interval },
          },
          otherwise: moved,
        },
        { signal },
      );

    /** Starts anew with a bucket that has filled up. */
    const restart = (now: number) =>
      tables.write(
        {
          update: key,
          set: { tat: now + lot * interval, expires_at: Math.ceil(now / 1_000) + idleSeconds },
          when: {
            expression: 'attribute_not_exists(#tat) or #tat < :now',
            names: { '#tat': 'tat' },
            values: { ':now': now },
          },
          otherwise: moved,
        },
        { signal },
      );

    let attempt = add;
    for (;;) {
      const now = clock.now();
      try {
        await attempt(now);
        const held = ahead.get(name);
        const unused = held && held.until > now ? held.left : 0;
        ahead.set(name, { left: unused + lot, until: now + aheadMilliseconds, size: lot });
        return;
      } catch (error) {
        if (!(error instanceof BucketMoved)) throw error;
        const tat = error.found?.tat as number | undefined;
        if (tat !== undefined && tat > now + (capacity - lot) * interval) {
          throw new BackendError('throttled', `waiting for the platform's share of ${name} calls`);
        }
        attempt = tat === undefined || tat < now ? restart : add;
      }
    }
  };

  /** As many as are waited for, or twice as many as were used up in time before; a tenth of the burst at most. */
  const lotOf = (name: string, budget: Budget, atLeast: number): number => {
    const last = ahead.get(name);
    const usedUp = last && last.until > clock.now() ? 2 * last.size : 1;
    const most = Math.floor(capacityOf(budget) / 10);
    return Math.max(atLeast, Math.min(most, Math.max(usedUp, waiting.get(name) ?? 0)));
  };

  /** A whole lot, or where there is no room for that the little that is asked for. */
  const grabSome = async (
    name: string,
    budget: Budget,
    wanted: number,
    signal: AbortSignal,
  ): Promise<void> => {
    const lot = lotOf(name, budget, wanted);
    try {
      await grab(name, budget, lot, signal);
    } catch (error) {
      if (lot === wanted || !(error instanceof BackendError)) throw error;
      await grab(name, budget, wanted, signal);
    }
  };

  return {
    async take(action, signal, count) {
      const name = action in budgets || count !== undefined ? action : classOf(action);
      const budget = budgets[name];
      if (!budget) return;
      const wanted = Math.min(count ?? 1, capacityOf(budget));
      const add = (sign: 1 | -1) => waiting.set(name, (waiting.get(name) ?? 0) + sign * wanted);
      add(1);
      try {
        for (;;) {
          const lot = ahead.get(name);
          if (lot && lot.left >= wanted && lot.until > clock.now()) {
            lot.left -= wanted;
            return;
          }
          let grabbing = grabs.get(name);
          if (!grabbing) {
            // A moment later, when all that come together are here.
            grabbing = Promise.resolve()
              .then(() => grabSome(name, budget, wanted, signal))
              .finally(() => grabs.delete(name));
            grabs.set(name, grabbing);
          }
          await grabbing;
        }
      } finally {
        add(-1);
      }
    },
  };
};

/** For callers whose calls nothing limits, such as a test's. */
export const unlimited: CallBudget = { take: async () => undefined };
