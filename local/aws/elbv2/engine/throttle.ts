import type { Clock } from '../../../../lib/platform/clock.ts';
import { type BucketSize, TokenBucket } from '../../ec2/engine/token-bucket.ts';
import type { Scope } from '../../ec2/store/collection.ts';
import { throttled } from '../rules/errors.ts';

/**
 * Categories of actions, each with one bucket an account and region. AWS names the first one's size; those of the others are
 * guesses on the narrow side.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-throttling.html
 */
const buckets = {
  reading: { burst: 40, refill: 10 },
  registration: { burst: 20, refill: 4 },
  mutating: { burst: 20, refill: 3 },
} as const satisfies Record<string, BucketSize>;

const categoryOf = (action: string): keyof typeof buckets => {
  if (action.startsWith('Describe')) return 'reading';
  return /^(Der|R)egisterTargets$/.test(action) ? 'registration' : 'mutating';
};

/** Refuses calls beyond the account's budget when limits are AWS's own. */
export class Throttle {
  readonly #clock: Clock;
  readonly #enforced: boolean;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, enforced: boolean) {
    this.#clock = clock;
    this.#enforced = enforced;
  }

  /** @throws ThrottlingException */
  take(scope: Scope, action: string): void {
    if (!this.#enforced) return;
    const category = categoryOf(action);
    const key = `${scope}/${category}`;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? new TokenBucket(buckets[category], now);
    this.#buckets.set(key, bucket);
    if (!bucket.take(1, now)) throw throttled();
  }

  refill(): void {
    this.#buckets.clear();
  }
}
