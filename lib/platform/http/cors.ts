import httpCors from '@middy/http-cors';
import type { HttpMiddleware } from './exchange.ts';

/**
 * The CORS headers of contract 1.1 on every answer, and what the platform adds to them. Without configured origins
 * the answer is `*`, literally: browsers then send no credentials, and keys travel in headers of their own.
 * Pre-flight requests are answered by the router, so that they carry the other headers as well.
 */
export const cors = (options: { allowedOrigins: readonly string[] }): HttpMiddleware => {
  const restricted = options.allowedOrigins.filter((allowed) => allowed !== '*');
  return httpCors({
    disableBeforePreflightResponse: true,
    credentials: true,
    methods: 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
    headers:
      'Accept, Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, x-api-key, Idempotency-Key, X-Request-ID',
    exposeHeaders:
      'Content-Length, X-Request-ID, X-Pagination, Link, Location, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Idempotent-Replayed',
    ...(restricted.length > 0 && restricted.length === options.allowedOrigins.length
      ? { origins: restricted }
      : { getOrigin: () => '*' }),
  }) as HttpMiddleware;
};
