import middy from '@middy/core';
import httpEventNormalizer from '@middy/http-event-normalizer';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpRouter from '@middy/http-router';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Authenticator } from '../auth/authenticator.ts';
import type { Clock } from '../clock.ts';
import { CloudError } from '../errors/index.ts';
import type { AnswerSealer } from '../idempotency/answer-seal.ts';
import { idempotent } from '../idempotency/idempotent.ts';
import type { NewId } from '../ids.ts';
import { lazily } from '../lazily.ts';
import type { Limiter } from '../limits/limiter.ts';
import { addressKey, callerKey, rateLimit } from '../limits/rate-limit.ts';
import type { Logger } from '../logging/logger.ts';
import { metered } from '../logging/meter.ts';
import { requestLine } from '../logging/request-line.ts';
import type { Tables } from '../table/types.ts';
import type { RequestMeter } from '../totals/request-meter.ts';
import { answer, type LocatedRoute } from './answer.ts';
import { authenticate, authorize } from './authenticate.ts';
import { type BodyLimit, limitBody, parseBody } from './body.ts';
import { cors } from './cors.ts';
import { encoding } from './encoding.ts';
import { errorEnvelope } from './error-envelope.ts';
import type { HttpContext, HttpMiddleware, Response } from './exchange.ts';
import { openExchange } from './open-exchange.ts';
import { origin } from './origin.ts';
import { parseParams } from './params.ts';
import { gatewayPath, hasParameters } from './paths.ts';
import { rawRequestOf } from './raw-request.ts';
import type { Route } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { validate } from './validate.ts';

/** What every API function is made with, beside its routes and services. */
export interface Platform {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  logger: Logger;
  /** Default limit, for each key, user or address. */
  keyLimiter: Limiter;
  /** The bucket that the public auth routes share; needed by a function that has such routes. */
  authLimiter?: Limiter;
  /** Empty: no edge, no check. */
  originSecret: string;
  /** Empty or `*`: any. */
  allowedOrigins: readonly string[];
  /** Of a request's body; left out, what a JSON route takes. */
  bodyLimit?: BodyLimit;
  /** Counts the requests; left out, nobody does. */
  requestMeter?: RequestMeter;
}

/** What the routes of one function need, made once per cold start. */
export interface Composed<S> {
  services: S;
  /** Needed by a function that has routes which are not public. */
  authenticator?: Authenticator;
  /** Needed by a function that has routes whose answers are stored encrypted. */
  sealer?: AnswerSealer;
}

export type ApiHandler = (event: APIGatewayProxyEventV2, context: Context) => Promise<Response>;

/** Milliseconds before Lambda ends the function, in which an answer that says so still gets out. */
const timeoutEarly = 500;

/** API Gateway ends an HTTP API integration at 30 s; we answer first.
 *  https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const maxRequestMilliseconds = 29_000;

const timedOut = () => {
  throw new CloudError('UNAVAILABLE', 'the request took too long', { retryAfterSeconds: 1 });
};

/** Middy counts down to Lambda's end; where that is further than the gateway's, the gateway's counts. */
const capTime = ({ context }: { context: Context }) => {
  const remaining = context.getRemainingTimeInMillis?.bind(context);
  if (!remaining) return;
  const end = performance.now() + maxRequestMilliseconds + timeoutEarly;
  context.getRemainingTimeInMillis = () => Math.min(remaining(), end - performance.now());
};

const defined = (middlewares: readonly (HttpMiddleware | undefined | false)[]) =>
  middlewares.filter(
    (middleware) => middleware !== undefined && middleware !== false,
  ) as middy.MiddlewareObj[];

const needed = <T>(part: T | undefined, name: string, { method, path }: Route<never>): T => {
  if (part === undefined) throw new Error(`${method} ${path} needs ${name}`);
  return part;
};

/** What a route asks for must be there when the function starts, not when the route is first asked for. */
const checkNeeds = <S>(route: Route<S>, { authLimiter }: Platform, composed: Composed<S>): void => {
  if (route.rateLimit === 'auth') needed(authLimiter, 'the auth limiter', route);
  if (route.permission !== 'public') needed(composed.authenticator, 'an authenticator', route);
  if (route.idempotent === 'encrypted')
    needed(composed.sealer, 'a sealer: it stores its answer encrypted', route);
};

/**
 * The stack of one route, only what its declaration asks for. The order, and why:
 *
 *  1. shared limit of the auth routes   before any work, by address: a login costs 20 ms of CPU
 *  2. authenticate                      nothing of the request is looked at for who may not ask
 *  3. general rate limit                by key, so after it is known whose it is; refuses before parsing costs anything
 *  4. authorize                         a refusal tells nothing of what exists
 *  5. path parameters, body             text to values, whatever the content type says
 *  6. validate                          all that is wrong at once
 *  7. idempotency                       last: only what could act is remembered, and it must see every refusal of a handler
 *  8. answer                            on the way back it is first: what is remembered is what is sent
 */
const routeStack = <S>(route: LocatedRoute & Route<S>, platform: Platform, composed: Composed<S>) => {
  const { tables, clock, logger } = platform;
  const isPublic = route.permission === 'public';
  const permission = isPublic || route.permission === 'authenticated' ? undefined : route.permission;
  const limits = route.rateLimit ?? 'key';
  const report = (error: unknown): undefined => {
    logger.warn('an answer could not be remembered', { error });
  };

  const isRaw = route.takes === 'raw';

  const handler = async (event: APIGatewayProxyEventV2, { exchange }: HttpContext) => {
    const { params, query, body, list, requestId, signal, viewerAddress, userAgent, principal, idempotency } =
      exchange;
    const caller = { requestId, signal, viewerAddress, userAgent, principal, idempotency };
    const raw = isRaw && rawRequestOf(event);
    return route.handle({ params, query, body, list, caller, raw }, composed.services);
  };

  return middy(handler as never).use(
    defined([
      limits === 'auth' &&
        rateLimit({ limiter: needed(platform.authLimiter, 'the auth limiter', route), key: addressKey }),
      !isPublic && authenticate({ authenticator: needed(composed.authenticator, 'an authenticator', route) }),
      limits === 'key' && rateLimit({ limiter: platform.keyLimiter, key: callerKey }),
      permission !== undefined && authorize({ permission }),
      hasParameters(route.path) && !(isRaw && !route.params) && parseParams(),
      route.body && parseBody(),
      !(isRaw && !route.params && !route.query) && validate(route),
      (route.idempotent === true || route.idempotent === 'encrypted') &&
        idempotent({ route, tables, clock, sealer: composed.sealer, report }),
      answer(route),
    ]),
  );
};

/**
 * Serves routes as a Lambda function behind an HTTP API (payload 2.0). The outer stack, in and back out again:
 *
 *  1. normalize headers and event   everything after it reads lower-case names and finds every field
 *  2. open exchange                 request id and time; last but the log to touch an answer, so all answers have the id
 *  3. log line                      sees the final status of everything below it
 *  4. content encoding              the last to see the body
 *  5. security headers, CORS        on every answer: 404, 401, 413, OPTIONS too
 *  6. error envelope                first on the way back: what is above it never sees an error without an answer
 *  7. origin and viewer address     nobody goes round the edge; the limits need the address
 *  8. body limit                    before anything reads a body, on routes that take none as well
 *  9. OPTIONS, router               before authentication and limits (contract 1.1)
 *
 * @param compose makes the services; runs once for each cold start, and again where it failed
 */
export const serve = <S>(
  routes: readonly Route<NoInfer<S>>[],
  platform: Platform,
  compose: () => Composed<S>,
): ApiHandler => {
  const notFound = () => {
    throw new CloudError('NOT_FOUND', 'there is no such route');
  };
  const isLocated = ({ path }: Route<S>) =>
    routes.some(
      (other) => other.path.startsWith(`${path}/:`) && !other.path.slice(path.length + 1).includes('/'),
    );

  const router = lazily(() => {
    const composed = compose();
    return httpRouter({
      routes: routes.map((declared) => {
        const route = { ...declared, located: declared.responds.status === 201 && isLocated(declared) };
        checkNeeds(route, platform, composed);
        // Made for the routes that are used: a cold start asks for one of dozens.
        const stack = lazily(() => routeStack(route, platform, composed));
        const handler = (event: APIGatewayProxyEventV2, context: HttpContext) => {
          context.exchange.route = declared;
          return stack()(event, context);
        };
        return { method: declared.method, path: gatewayPath(declared.path), handler: handler as never };
      }),
      notFoundResponse: notFound,
    });
  });

  const dispatch = async (
    event: APIGatewayProxyEventV2,
    context: HttpContext,
    { signal }: { signal: AbortSignal },
  ) => {
    context.exchange.signal = signal;
    if (event.requestContext.http.method === 'OPTIONS') return { statusCode: 204, headers: {} };
    return router()(event as never, context, { signal } as never);
  };

  const stack = middy({
    timeoutEarlyInMillis: timeoutEarly,
    timeoutEarlyResponse: timedOut,
    requestStart: capTime as never,
  })
    .use(
      defined([
        httpHeaderNormalizer() as HttpMiddleware,
        httpEventNormalizer() as HttpMiddleware,
        requestLine({ logger: platform.logger }),
        openExchange({ clock: platform.clock, newId: platform.newId }),
        encoding(),
        securityHeaders(),
        cors({ allowedOrigins: platform.allowedOrigins }),
        errorEnvelope(),
        origin({ secret: platform.originSecret }),
        limitBody(platform.bodyLimit),
      ]),
    )
    .handler(dispatch as never) as unknown as ApiHandler;

  const { requestMeter } = platform;
  if (!requestMeter) return (event, context) => metered(() => stack(event, context));
  return async (event, context) => {
    // Begun before the request's own meter, as what it asks of DynamoDB is not for this request.
    const flushed = requestMeter.flushIfDue();
    const response = await metered(() => stack(event, context));
    const { route, startedAt } = (context as HttpContext).exchange;
    const { method } = event.requestContext.http;
    const milliseconds = performance.now() - startedAt;
    requestMeter.count({ route, method, status: response.statusCode ?? 500, milliseconds });
    if (flushed) await flushed;
    return response;
  };
};
