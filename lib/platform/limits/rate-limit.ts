import { CloudError } from '../errors/index.ts';
import type { Exchange, HttpMiddleware, HttpRequest } from '../http/exchange.ts';
import type { Standing } from './gcra.ts';
import type { Limiter } from './limiter.ts';
import { networkOf } from './network.ts';

/** The bucket of a caller: the API key, the user of a token (each token would else bring a bucket of its own), or the address. */
export const callerKey = ({ principal, viewerAddress }: Exchange): string => {
  if (!principal) return `address:${networkOf(viewerAddress)}`;
  return principal.credential.kind === 'api_key'
    ? `key:${principal.credential.id}`
    : `user:${principal.user}`;
};

/** The bucket that the public auth routes share (contract 1.5). */
export const addressKey = ({ viewerAddress }: Exchange): string => networkOf(viewerAddress);

const seconds = (milliseconds: number): string => String(Math.ceil(milliseconds / 1_000));

/**
 * Counts the request, and refuses it over the limit. Every answer says how the bucket stands; of several limits on a
 * route the last one speaks, which is the tightest.
 * @throws CloudError `RATE_LIMITED`
 */
export const rateLimit = (options: {
  limiter: Limiter;
  key: (exchange: Exchange) => string;
}): HttpMiddleware => {
  const { limiter, key } = options;
  const limit = String(limiter.shape.burst);

  const decide = (exchange: Exchange, bucket: Standing) => {
    exchange.headers['X-RateLimit-Limit'] = limit;
    exchange.headers['X-RateLimit-Remaining'] = String(bucket.remaining);
    exchange.headers['X-RateLimit-Reset'] = seconds(bucket.resetAfter);
    if (bucket.allowed) return;
    throw new CloudError('RATE_LIMITED', 'rate limit exceeded', {
      retryAfterSeconds: Math.max(1, Math.ceil(bucket.retryAfter / 1_000)),
    });
  };

  const rateLimitBefore = ({ context }: HttpRequest): Promise<void> | void => {
    const { exchange } = context;
    const bucket = limiter.take(key(exchange), exchange.signal);
    return bucket instanceof Promise
      ? bucket.then((settled) => decide(exchange, settled))
      : decide(exchange, bucket);
  };

  return { before: rateLimitBefore };
};
