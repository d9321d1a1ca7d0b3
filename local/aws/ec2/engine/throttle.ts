import type { Clock } from '../../../../lib/platform/clock.ts';
import type { Scope } from '../store/collection.ts';
import { requestLimitExceeded } from './known-errors.ts';
import { type BucketSize, TokenBucket } from './token-bucket.ts';

/**
 * EC2's request buckets, one per action, account and region.
 * https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 */
const requestBuckets: Record<string, BucketSize> = {
  RunInstances: { burst: 5, refill: 2 },
  StartInstances: { burst: 5, refill: 2 },
  TerminateInstances: { burst: 100, refill: 5 },
  CreateTags: { burst: 100, refill: 10 },
  DeleteTags: { burst: 100, refill: 10 },
};
const readingBucket: BucketSize = { burst: 100, refill: 20 };
const mutatingBucket: BucketSize = { burst: 50, refill: 5 };

/** Beside the request, each instance it asks for takes a token from these. */
const resourceBuckets: Record<string, BucketSize> = {
  RunInstances: { burst: 1_000, refill: 2 },
  StartInstances: { burst: 1_000, refill: 2 },
  StopInstances: { burst: 1_000, refill: 20 },
  TerminateInstances: { burst: 1_000, refill: 20 },
};

const requestBucketOf = (action: string): BucketSize =>
  requestBuckets[action] ?? (/^(Describe|Get)/.test(action) ? readingBucket : mutatingBucket);

/** Refuses calls beyond the account's budget when limits are AWS's own. */
export class Throttle {
  readonly #clock: Clock;
  readonly #enforced: boolean;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(clock: Clock, enforced: boolean) {
    this.#clock = clock;
    this.#enforced = enforced;
  }

  /** @throws RequestLimitExceeded */
  takeRequest(scope: Scope, action: string): void {
    this.#take(`${scope}/${action}/request`, requestBucketOf(action), 1);
  }

  /** @throws RequestLimitExceeded */
  takeResources(scope: Scope, action: string, count: number): void {
    const size = resourceBuckets[action];
    if (size) this.#take(`${scope}/${action}/resource`, size, count);
  }

  refill(): void {
    this.#buckets.clear();
  }

  #take(key: string, size: BucketSize, count: number): void {
    if (!this.#enforced) return;
    const now = this.#clock.now();
    const bucket = this.#buckets.get(key) ?? new TokenBucket(size, now);
    this.#buckets.set(key, bucket);
    if (!bucket.take(count, now)) throw requestLimitExceeded();
  }
}
