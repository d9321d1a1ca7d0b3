import type { BucketShape } from './gcra.ts';
import type { Limiter } from './limiter.ts';
import type { SharedBucket } from './shared-bucket.ts';

/**
 * A limit that holds exactly over all concurrent executions, at one write for each request: for what is called seldom and
 * must not be called often, such as a login. Where the table can't be reached the request fails with it.
 */
export const createExactLimiter = (options: { shape: BucketShape; shared: SharedBucket }): Limiter => ({
  shape: options.shape,
  take: (key, signal) => options.shared.take(key, { signal }),
});
