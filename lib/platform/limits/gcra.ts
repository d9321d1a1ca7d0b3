/**
 * The token bucket as GCRA: its whole state is one time, at which the bucket will be full again ("theoretical arrival
 * time"). Pure; all times in milliseconds.
 */
export interface BucketShape {
  /** Tokens that a full bucket holds. */
  burst: number;
  /** Milliseconds in which one token comes back. */
  interval: number;
}

/** How a bucket stands after a request, as the rate-limit headers say it. */
export interface Standing {
  allowed: boolean;
  /** Whole tokens left. */
  remaining: number;
  /** Milliseconds until one more would be allowed; 0 where it would be now. */
  retryAfter: number;
  /** Milliseconds until the bucket is full. */
  resetAfter: number;
}

export const perSecond = (requestsPerSecond: number, burst: number): BucketShape => ({
  burst,
  interval: 1_000 / requestsPerSecond,
});

export const perMinute = (requestsPerMinute: number, burst: number): BucketShape => ({
  burst,
  interval: 60_000 / requestsPerMinute,
});

/** The bucket's state once `tokens` are taken, whether or not they were there. */
export const charged = ({ interval }: BucketShape, fullAt: number, now: number, tokens = 1): number =>
  Math.max(fullAt, now) + tokens * interval;

/** The latest state in which one more token may be taken. */
export const lastAllowed = ({ burst, interval }: BucketShape, now: number): number =>
  now + (burst - 1) * interval;

export const allows = (shape: BucketShape, fullAt: number, now: number): boolean =>
  fullAt <= lastAllowed(shape, now);

export const standing = (shape: BucketShape, fullAt: number, now: number, allowed: boolean): Standing => {
  const owed = Math.max(0, fullAt - now);
  return {
    allowed,
    // The shift forgives what binary fractions lose, far below one token.
    remaining: Math.max(0, Math.floor(shape.burst - owed / shape.interval + 1e-6)),
    retryAfter: Math.max(0, fullAt - lastAllowed(shape, now)),
    resetAfter: owed,
  };
};
