import { tokenIssuer } from '../platform/auth/access-token.ts';
import type { Authenticator } from '../platform/auth/authenticator.ts';
import { createAuthenticator } from '../platform/auth/create-authenticator.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { BodyLimit } from '../platform/http/body.ts';
import type { Route } from '../platform/http/route.ts';
import { type ApiHandler, serve as serveRoutes } from '../platform/http/serve.ts';
import type { AnswerSealer } from '../platform/idempotency/answer-seal.ts';
import { type NewId, newId } from '../platform/ids.ts';
import { lazily } from '../platform/lazily.ts';
import { createApproximateLimiter } from '../platform/limits/approximate-limiter.ts';
import { createExactLimiter } from '../platform/limits/exact-limiter.ts';
import { perMinute, perSecond } from '../platform/limits/gcra.ts';
import type { Limiter } from '../platform/limits/limiter.ts';
import { createSharedBucket } from '../platform/limits/shared-bucket.ts';
import { createLogger, type Logger } from '../platform/logging/logger.ts';
import type { Tables } from '../platform/table/types.ts';
import { createRequestMeter } from '../platform/totals/request-meter.ts';
import { config } from './config.ts';
import { appTables } from './tables.ts';

/** What the composition of an API function is given. */
export interface AppParts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  logger: Logger;
  authenticator: Authenticator;
}

/** What it gives back. */
export interface App<S> {
  services: S;
  /** Where routes store their answers encrypted. */
  sealer?: AnswerSealer;
}

interface LimiterParts {
  tables: Tables;
  clock: Clock;
  logger: Logger;
}

const keyLimiter = ({ tables, clock, logger }: LimiterParts): Limiter => {
  const { requestsPerSecond, burst } = config('RATE_LIMIT').RATE_LIMIT;
  const shape = perSecond(requestsPerSecond, burst);
  const shared = createSharedBucket({ tables, clock, name: 'key', shape });
  const report = (error: unknown) => logger.warn('the shared rate bucket could not be reached', { error });
  return createApproximateLimiter({ shape, shared, clock, report });
};

const authLimiter = ({ tables, clock }: LimiterParts): Limiter => {
  const { AUTH_RATE_LIMIT } = config('AUTH_RATE_LIMIT');
  const shape = perMinute(AUTH_RATE_LIMIT.perMinute, AUTH_RATE_LIMIT.burst);
  return createExactLimiter({ shape, shared: createSharedBucket({ tables, clock, name: 'auth', shape }) });
};

/**
 * An API function: its routes behind the platform's stack, its services made by `compose` when the process starts. A failed
 * start is logged, and tried again by each request until it succeeds.
 *
 * @param name as it stands in the log, for example `api-compute`
 */
export const serve = <S>(
  name: string,
  routes: readonly Route<NoInfer<S>>[],
  compose: (parts: AppParts) => App<S>,
  { bodyLimit }: { bodyLimit?: BodyLimit } = {},
): ApiHandler => {
  const logger = createLogger(name);
  const clock = systemClock;

  const start = lazily(() => {
    const { STAGE, ORIGIN_SECRET, ALLOWED_ORIGINS } = config('STAGE', 'ORIGIN_SECRET', 'ALLOWED_ORIGINS');
    const tables = appTables({ clock });
    const report = (error: unknown) => logger.warn('the last use of a key could not be noted', { error });
    const authenticator = createAuthenticator({ tables, clock, issuer: tokenIssuer(STAGE), report });
    const parts = { tables, clock, newId, logger, authenticator };
    const uncounted = (error: unknown) => logger.warn('requests could not be counted', { error });
    const platform = {
      ...parts,
      keyLimiter: keyLimiter(parts),
      authLimiter: routes.some(({ rateLimit }) => rateLimit === 'auth') ? authLimiter(parts) : undefined,
      requestMeter: createRequestMeter({ tables, clock, report: uncounted }),
      bodyLimit,
      originSecret: ORIGIN_SECRET,
      allowedOrigins: ALLOWED_ORIGINS,
    };
    return serveRoutes(routes, platform, () => ({ authenticator, ...compose(parts) }));
  });

  try {
    start();
  } catch (error) {
    logger.error('the function could not start', { error });
  }
  return (event, context) => start()(event, context);
};
