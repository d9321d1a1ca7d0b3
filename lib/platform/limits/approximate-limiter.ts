import type { Clock } from '../clock.ts';
import { allows, type BucketShape, charged, standing } from './gcra.ts';
import type { Limiter } from './limiter.ts';
import { LruMap } from './lru.ts';
import type { SharedBucket } from './shared-bucket.ts';

/** Callers that one process counts; the longest silent are forgotten first, and their buckets are the fullest. */
const remembered = 10_000;

/** The share of the limit that a process lets pass without telling the others, in rate as in burst. */
const silentShare = 1 / 10;

interface Account {
  /** GCRA's state, as far as this process knows it. */
  fullAt: number;
  /** Requests that the shared bucket has not been told of. */
  debt: number;
  countedAt: number;
}

/**
 * A limit that costs normal traffic nothing. Each process has a bucket of its own in memory, and tells the shared one only
 * of what goes beyond a tenth of the rate, after each tenth of the burst; from the answer it learns what the others let
 * pass. So n processes together let pass at most n tenths of the limit more than it says. Where the table can't be
 * reached, the local bucket alone decides.
 */
export const createApproximateLimiter = (options: {
  shape: BucketShape;
  shared: SharedBucket;
  clock: Clock;
  /** Is told why the shared bucket could not be reached. */
  report: (error: unknown) => void;
}): Limiter => {
  const { shape, shared, clock, report } = options;
  const accounts = new LruMap<Account>(remembered);
  const forgivenPerMillisecond = silentShare / shape.interval;
  const settleAt = Math.max(1, shape.burst * silentShare);

  const settle = async (key: string, account: Account, signal: AbortSignal) => {
    const tokens = Math.round(account.debt);
    account.debt = 0;
    try {
      const { fullAt } = await shared.take(key, { tokens, force: true, signal });
      account.fullAt = Math.max(account.fullAt, fullAt);
    } catch (error) {
      report(error);
    }
  };

  const accountOf = (key: string, now: number): Account => {
    const account = accounts.get(key) ?? { fullAt: 0, debt: 0, countedAt: now };
    account.debt = Math.max(0, account.debt - (now - account.countedAt) * forgivenPerMillisecond);
    account.countedAt = now;
    accounts.set(key, account);
    return account;
  };

  return {
    shape,
    take(key, signal) {
      const now = clock.now();
      const account = accountOf(key, now);
      if (!allows(shape, account.fullAt, now)) return standing(shape, account.fullAt, now, false);
      account.fullAt = charged(shape, account.fullAt, now);
      account.debt += 1;
      if (account.debt < settleAt) return standing(shape, account.fullAt, now, true);
      return settle(key, account, signal).then(() => {
        const allowed = account.fullAt <= now + shape.burst * shape.interval;
        return standing(shape, account.fullAt, now, allowed);
      });
    },
  };
};
