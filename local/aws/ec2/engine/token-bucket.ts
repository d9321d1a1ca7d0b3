export interface BucketSize {
  /** Tokens the bucket holds when full. */
  burst: number;
  /** Tokens added per second. */
  refill: number;
}

/** A bucket that starts full and refills continuously. */
export class TokenBucket {
  readonly #size: BucketSize;
  #tokens: number;
  #at: number;

  constructor(size: BucketSize, now: number) {
    this.#size = size;
    this.#tokens = size.burst;
    this.#at = now;
  }

  /** Takes all of `count` or nothing; says whether it did. */
  take(count: number, now: number): boolean {
    const refilled = (Math.max(0, now - this.#at) / 1_000) * this.#size.refill;
    this.#tokens = Math.min(this.#size.burst, this.#tokens + refilled);
    this.#at = now;
    if (this.#tokens < count) return false;
    this.#tokens -= count;
    return true;
  }
}
