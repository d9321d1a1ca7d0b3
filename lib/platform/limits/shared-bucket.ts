import type { Clock } from '../clock.ts';
import { CloudError } from '../errors/index.ts';
import type { Item, Tables } from '../table/types.ts';
import { allows, type BucketShape, charged, lastAllowed, type Standing, standing } from './gcra.ts';
import { LruMap } from './lru.ts';

/** Buckets whose last known state one process keeps; each is some 200 bytes. */
const remembered = 10_000;

/** Times that somebody else may have been faster, each of which took a token from the same bucket. */
const maxAttempts = 50;

/** Seconds that a record outlives its bucket, which is full by then and needs none. */
const grace = 60;

/** The bucket's state was not the one that the write was conditional on. */
class Moved extends Error {
  readonly found: Item | undefined;

  constructor(found: Item | undefined) {
    super('the bucket has moved');
    this.found = found;
  }
}

export interface SharedBucket {
  /**
   * Takes tokens from the bucket, exactly: two processes never take the same one. One conditional write where this
   * process's view of the bucket still holds or the bucket is full; a refusal reads only what the failed write found.
   * With `force` the tokens are taken even where there are none left.
   */
  take(
    key: string,
    options?: { tokens?: number; force?: boolean; signal?: AbortSignal },
  ): Promise<Standing & { fullAt: number }>;
}

/**
 * A token bucket in the ephemeral table, for all processes together. The record is `pk = RATE#<name>#<key>` with
 * `full_at`, in milliseconds: GCRA's one state.
 *
 *     now                          now + (burst - 1) × interval
 *      ├────────── tokens are left ──────────┼──── refused ────▶  full_at
 *   full_at ≤ now: full, so it becomes now + interval
 */
export const createSharedBucket = (options: {
  tables: Tables;
  clock: Clock;
  /** Tells this limit's records from others'. */
  name: string;
  shape: BucketShape;
}): SharedBucket => {
  const { tables, clock, name, shape } = options;
  const known = new LruMap<number>(remembered);

  const write = async (
    key: string,
    fullAt: number,
    now: number,
    tokens: number,
    force: boolean,
    signal?: AbortSignal,
  ) => {
    const isFull = fullAt <= now;
    const latest = lastAllowed(shape, now);
    const item = await tables.write(
      {
        update: { table: 'ephemeral', pk: `RATE#${name}#${key}`, sk: 'BUCKET' },
        set: {
          expires_at: Math.ceil((now + shape.burst * shape.interval) / 1_000) + grace,
          ...(isFull && { full_at: now + tokens * shape.interval }),
        },
        ...(!isFull && { add: { full_at: tokens * shape.interval } }),
        when: isFull
          ? { expression: 'attribute_not_exists(pk) OR full_at <= :now', values: { ':now': now } }
          : {
              expression: force ? 'full_at > :now' : 'full_at > :now AND full_at <= :latest',
              values: force ? { ':now': now } : { ':now': now, ':latest': latest },
            },
        otherwise: (found) => new Moved(found),
      },
      { signal },
    );
    return typeof item?.full_at === 'number' ? item.full_at : charged(shape, fullAt, now, tokens);
  };

  return {
    async take(key, { tokens = 1, force = false, signal } = {}) {
      let fullAt = known.get(key) ?? 0;
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const now = clock.now();
        try {
          const after = await write(key, fullAt, now, tokens, force, signal);
          known.set(key, after);
          return { ...standing(shape, after, now, true), fullAt: after };
        } catch (error) {
          if (!(error instanceof Moved)) throw error;
          fullAt = typeof error.found?.full_at === 'number' ? error.found.full_at : 0;
          known.set(key, fullAt);
          if (!force && !allows(shape, fullAt, now))
            return { ...standing(shape, fullAt, now, false), fullAt };
        }
      }
      throw new CloudError('UNAVAILABLE', 'too many requests at once', {
        internal: `rate bucket ${name} is contended`,
      });
    },
  };
};
