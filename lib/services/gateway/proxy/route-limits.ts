import type { Clock } from '../../../platform/clock.ts';
import { CloudError } from '../../../platform/errors/index.ts';
import { createApproximateLimiter } from '../../../platform/limits/approximate-limiter.ts';
import { perSecond } from '../../../platform/limits/gcra.ts';
import type { Limiter } from '../../../platform/limits/limiter.ts';
import { createSharedBucket } from '../../../platform/limits/shared-bucket.ts';
import type { Tables } from '../../../platform/table/types.ts';

export interface RouteLimitsOptions {
  tables: Tables;
  clock: Clock;
  /** Is told why the shared bucket could not be reached. */
  report: (error: unknown) => void;
}

/** Counts a request of a route, over all processes. @throws CloudError `RATE_LIMITED` beyond its `rate_limit` */
export type TakeFromRoute = (route: { id: string; rate_limit: number }, signal: AbortSignal) => Promise<void>;

/**
 * The limit of each route, with a burst of one second's requests. A limiter for each rate that there is, so at most 10,000, each
 * with a bucket for each route.
 */
export const createRouteLimits = ({ tables, clock, report }: RouteLimitsOptions): TakeFromRoute => {
  const limiters = new Map<number, Limiter>();

  const limiterOf = (rate: number): Limiter => {
    const known = limiters.get(rate);
    if (known) return known;
    const shape = perSecond(rate, rate);
    const shared = createSharedBucket({ tables, clock, name: `gateway-${rate}`, shape });
    const limiter = createApproximateLimiter({ shape, shared, clock, report });
    limiters.set(rate, limiter);
    return limiter;
  };

  return async ({ id, rate_limit }, signal) => {
    const { allowed, retryAfter } = await limiterOf(rate_limit).take(id, signal);
    if (allowed) return;
    throw new CloudError('RATE_LIMITED', 'the rate limit of this route is exceeded', {
      retryAfterSeconds: Math.max(1, Math.ceil(retryAfter / 1_000)),
    });
  };
};
