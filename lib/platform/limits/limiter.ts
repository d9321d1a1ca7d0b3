import type { BucketShape, Standing } from './gcra.ts';

/** Decides whether one more request of `key` may pass, and counts it. */
export interface Limiter {
  readonly shape: BucketShape;
  take(key: string, signal: AbortSignal): Promise<Standing> | Standing;
}
