import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnyRoute } from '../../lib/platform/http/route.ts';
import { apiFunctions } from '../../lib/services/index.ts';
import { makeAdministrator } from '../support/administrator.ts';
import { type Account, type Answer, ApiClient, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { settledInstance } from '../support/settled.ts';
import { expectEnvelope, expectError, expectHeaders } from '../support/wire.ts';

const routes: AnyRoute[] = Object.values(apiFunctions).flat();
const routeOf = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));

/** Names of every field of every body, so that random bodies get past the first check now and then. */
const fieldNames = [
  ...new Set(
    routes.flatMap(({ body }) => Object.keys((body as { shape?: object } | undefined)?.shape ?? {})),
  ),
];

const awkward = fc.constantFrom(
  '',
  ' ',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  '{{7*7}}',
  '#pk = :x',
  'T#PLATFORM#USER',
  '__proto__',
  'constructor',
  'a'.repeat(3_000),
  '0001-01-01T00:00:00Z',
  'nobody@example.com',
  '80:80',
  'al2023',
  'viewer',
  'stop',
  'instance:read',
  '00000000-0000-0000-0000-000000000003',
  '1e999',
  '-0',
);
const text = fc.oneof(awkward, fc.string({ unit: 'binary', maxLength: 80 }), fc.uuid());
const value = fc.oneof(
  text,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 4 }),
  fc.dictionary(text, text, { maxKeys: 4 }),
);
const body = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.dictionary(fc.constantFrom(...fieldNames), value).map((one) => JSON.stringify(one)),
  },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);
const query = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom(
        'page',
        'pageSize',
        'sortBy',
        'sortDir',
        'cursor',
        'q',
        'state',
        'nodeId',
        'tag',
        'confirm',
      ),
      text,
    ),
    fc.oneof(text, fc.integer().map(String), fc.constantFrom('name', 'createdAt', 'asc', 'RUNNING', 'a:b')),
  ),
  { maxLength: 4 },
);
/** What HTTP lets a header hold. */
const headerCharacter = fc.oneof(
  fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0xa1, max: 0xff }).map((code) => String.fromCharCode(code)),
);
const headerValue = fc.string({ unit: headerCharacter, maxLength: 300 });
const headers = fc.dictionary(
  fc.constantFrom(
    'content-type',
    'accept',
    'accept-encoding',
    'accept-language',
    'authorization',
    'idempotency-key',
    'origin',
    'user-agent',
    'x-api-key',
    'x-request-id',
    'x-forwarded-for',
    'x-viewer-address',
    'x-http-method-override',
    'cookie',
  ),
  fc.oneof(
    headerValue,
    fc.constantFrom('application/x-www-form-urlencoded', 'go-resty/2.17', 'gzip', 'br;q=1,*;q=0'),
  ),
  { maxKeys: 5 },
);

/** Percent-encoded as a client does it; a lone surrogate becomes U+FFFD. */
const encode = (one: string): string => encodeURIComponent(one.toWellFormed());

describe('whatever is sent', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let user: Account;
  let administrator: Account;
  let instance: string;

  beforeAll(async () => {
    engine = await runEngine();
    anonymous = new ApiClient(engine.url);
    user = await newAccount(engine.url);
    administrator = await makeAdministrator(engine);
    instance = await settledInstance(user.api, 'fuzzed');
  });
  afterAll(() => engine?.stop());

  const request = fc.record({
    route: fc.constantFrom(...routeOf.keys()),
    id: fc.oneof(fc.constant('instance'), text),
    body,
    query,
    headers,
    who: fc.constantFrom('user', 'administrator', 'nobody'),
  });
  type Request = typeof request extends fc.Arbitrary<infer T> ? T : never;

  const send = async ({
    route,
    id,
    body: sent,
    query: asked,
    headers: given,
    who,
  }: Request): Promise<Answer> => {
    const { method: declared, path } = routeOf.get(route) as AnyRoute;
    const method = declared === 'ANY' ? 'PUT' : declared;
    const segment = encode(id === 'instance' ? instance : id) || 'x';
    // URLs swallow these segments before anybody sees them.
    const safe = ['.', '..'].includes(segment) ? 'dots' : segment;
    const search = asked.map(([name, one]) => `${encode(name)}=${encode(one)}`).join('&');
    const key = who === 'user' ? user.api.key : who === 'administrator' ? administrator.api.key : undefined;
    return anonymous.request(method, `${path.replaceAll(/:[a-zA-Z]+|\*/g, safe)}?${search}`, {
      body: ['GET', 'HEAD'].includes(method) ? undefined : sent,
      headers: { ...given, ...(key && !given['x-api-key'] && { 'x-api-key': key }) },
      key: null,
    });
  };

  const expectSane = ({ route }: Request, answer: Answer): void => {
    expect(answer.status, `${route}: ${answer.text}`).toBeLessThan(500);
    const { method, shape = 'envelope' } = routeOf.get(route) as AnyRoute;
    if (answer.status === 204 || method === 'HEAD') {
      expectHeaders(answer);
      expect(answer.text).toBe('');
    } else if (answer.status >= 400) expectError(answer);
    else if (shape === 'envelope') expectEnvelope(answer);
    else expectHeaders(answer);
  };

  it('is answered below 500, in the envelope, with every header', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { minLength: 20, maxLength: 20 }), async (batch) => {
        const answers = await Promise.all(batch.map(send));
        for (const [index, answer] of answers.entries()) expectSane(batch[index] as Request, answer);
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });

  it('to a path that does not exist, is answered 404', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(text.map(encode), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
        async (segments, method) => {
          const answer = await anonymous.request(method, `/nowhere/${segments.join('/')}`);
          expectError(answer);
          expect(answer.status).toBe(404);
        },
      ),
      { numRuns: 100 },
    );
  });
});
