import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { Authenticator } from '../../../../lib/platform/auth/authenticator.ts';
import type { Principal } from '../../../../lib/platform/auth/principal.ts';
import type { Clock } from '../../../../lib/platform/clock.ts';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { Response } from '../../../../lib/platform/http/exchange.ts';
import type { Route } from '../../../../lib/platform/http/route.ts';
import { type ApiHandler, type Composed, type Platform, serve } from '../../../../lib/platform/http/serve.ts';
import { createApproximateLimiter } from '../../../../lib/platform/limits/approximate-limiter.ts';
import { perSecond } from '../../../../lib/platform/limits/gcra.ts';
import type { SharedBucket } from '../../../../lib/platform/limits/shared-bucket.ts';
import type { Logger } from '../../../../lib/platform/logging/logger.ts';
import type { Tables } from '../../../../lib/platform/table/types.ts';

const sample = (name: string): APIGatewayProxyEventV2 =>
  JSON.parse(readFileSync(new URL(`../../../../events/${name}.json`, import.meta.url), 'utf8'));

/** An event of API Gateway like the sample `events/api-compute-get.json`, for another request. */
export const eventOf = (request: {
  method?: string;
  path: string;
  query?: string;
  headers?: Record<string, string>;
  body?: unknown;
  base64?: boolean;
}): APIGatewayProxyEventV2 => {
  const { method = 'GET', path, query = '', headers, body, base64 = false } = request;
  const event = sample('api-compute-get');
  event.routeKey = '$default';
  event.rawPath = path;
  event.rawQueryString = query;
  event.requestContext.http.method = method;
  event.requestContext.http.path = path;
  delete event.pathParameters;
  delete event.headers['x-api-key'];
  delete event.headers['accept-encoding'];
  Object.assign(event.headers, headers);
  if (body === undefined) return event;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  event.isBase64Encoded = base64;
  event.body = base64 ? Buffer.from(text).toString('base64') : text;
  return event;
};

export const contextOf = (remainingMilliseconds = 30_000): Context =>
  ({
    awsRequestId: 'test',
    functionName: 'test',
    getRemainingTimeInMillis: () => remainingMilliseconds,
  }) as Context;

export const principalOf = (name: string, permissions: readonly string[]): Principal => ({
  tenant: `tenant-${name}`,
  user: `user-${name}`,
  role: name,
  permissions: new Set(permissions),
  credential: { kind: 'api_key', id: `key-${name}` },
});

/** Knows the keys `admin`, `reader` and `nobody`, and the tokens of the same names. */
export const authenticator = {
  authenticate: async (credential) => {
    const name = 'apiKey' in credential ? credential.apiKey : credential.bearer;
    if (name === 'admin') return principalOf(name, ['*']);
    if (name === 'reader') return principalOf(name, ['instance:read']);
    if (name === 'nobody') return principalOf(name, []);
    throw new CloudError('UNAUTHORIZED', 'unknown key', { internal: 'no such key' });
  },
  forget: () => {},
} as Authenticator;

/** Tables that no test of the stack alone may reach. */
const noTables = new Proxy({} as Tables, {
  get: (_, name) => () => Promise.reject(new Error(`tables.${String(name)} was called`)),
});

const noShared: SharedBucket = { take: () => Promise.reject(new Error('the shared bucket was called')) };

export interface Line {
  level: string;
  message: string;
  fields: Record<string, unknown>;
}

export interface Served {
  /** As Lambda calls it. */
  handler: ApiHandler;
  // biome-ignore lint/suspicious/noExplicitAny: an answer that the test looks into
  call(request: Parameters<typeof eventOf>[0], context?: Context): Promise<Response & { json: any }>;
  lines: Line[];
  clock: { now(): number; time: number };
}

/** The real stack over given routes; what is not given is a fake that refuses to work. */
export const served = <S>(
  routes: readonly Route<S>[],
  services: S,
  options: Partial<Platform> & Omit<Partial<Composed<S>>, 'services'> = {},
): Served => {
  const lines: Line[] = [];
  const clock: Clock & { time: number } = { time: Date.UTC(2026, 10, 21, 10), now: () => clock.time };
  const write = (level: string) => (message: string, fields: Record<string, unknown>) => {
    lines.push({ level, message, fields });
  };
  const logger = { info: write('info'), warn: write('warn'), error: write('error') } as unknown as Logger;
  const { authenticator: given = authenticator, sealer, ...platform } = options;
  let ids = 0;
  const handler = serve(
    routes,
    {
      tables: noTables,
      clock,
      newId: () => `00000000-0000-7000-8000-${String(++ids).padStart(12, '0')}`,
      logger,
      keyLimiter: createApproximateLimiter({
        shape: perSecond(100, 200),
        shared: noShared,
        clock,
        report: () => {},
      }),
      originSecret: '',
      allowedOrigins: [],
      ...platform,
    },
    () => ({ services, authenticator: given, sealer }),
  );
  return {
    handler,
    lines,
    clock,
    async call(request, context = contextOf()) {
      const response = await handler(eventOf(request), context);
      const isJson = String(response.headers['Content-Type'] ?? '').startsWith('application/json');
      const json =
        isJson && response.body && !response.isBase64Encoded ? JSON.parse(response.body) : undefined;
      return { ...response, json };
    },
  };
};
