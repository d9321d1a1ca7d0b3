import { describe, expect, it } from 'vitest';
import type { Authenticator } from '../../../../lib/platform/auth/authenticator.ts';
import type { EgressRequest, EgressResponse } from '../../../../lib/platform/egress/egress.ts';
import { EgressError, type EgressReason } from '../../../../lib/platform/egress/egress-error.ts';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import type { RawRequest } from '../../../../lib/platform/http/raw-request.ts';
import type { RouteClaim } from '../../../../lib/services/gateway/prefixes.ts';
import { Gateway } from '../../../../lib/services/gateway/proxy/gateway.ts';

const signal = new AbortController().signal;
const caller = { requestId: 'r-1', signal, viewerAddress: '192.0.2.1', userAgent: '' };
const claim: RouteClaim = {
  prefix: '/a',
  id: 'route-1',
  tenant: 'owner',
  target_url: 'http://target.example/base?own=1',
  strip_prefix: true,
  rate_limit: 5,
  require_api_key: false,
};
const ok: EgressResponse = { status: 200, headers: [], body: Buffer.from([255]), milliseconds: 1 };

const gatewayWith = (options: {
  route?: Partial<RouteClaim>;
  answer?: (request: EgressRequest) => Promise<EgressResponse>;
  limited?: boolean;
}) => {
  const sent: EgressRequest[] = [];
  const taken: string[] = [];
  const gateway = new Gateway({
    findRoute: async (path) => (path.startsWith('/a') ? { ...claim, ...options.route } : undefined),
    takeFromRoute: async ({ id }) => {
      taken.push(id);
      if (options.limited) throw new CloudError('RATE_LIMITED', 'limited', { retryAfterSeconds: 1 });
    },
    authenticator: {
      authenticate: async (credential) => {
        const key = 'apiKey' in credential ? credential.apiKey : '';
        if (key === 'unknown') throw new CloudError('UNAUTHORIZED', 'unknown key');
        return { tenant: key } as never;
      },
      forget: () => {},
    } as Authenticator,
    findTarget: async ({ target_url }) => ({
      url: target_url,
      egress: {
        fetch: (request) => {
          sent.push(request);
          return options.answer ? options.answer(request) : Promise.resolve(ok);
        },
      },
    }),
    maxResponseBytes: 1_000,
    clock: { now: () => 0 },
  });
  const ask = (more: Partial<RawRequest> = {}) =>
    gateway.serve(caller, {
      method: 'GET',
      path: '/gw/a/x',
      rawQuery: '',
      headers: [],
      body: Buffer.alloc(0),
      host: 'cloud.example.com',
      ...more,
    });
  return { ask, sent, taken };
};
const typeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'answered',
    (error) => (error instanceof CloudError ? error.type : error),
  );

describe('a request below /gw', () => {
  it('goes to its route’s target, stripped, joined, with the target’s own query first', async () => {
    const { ask, sent } = gatewayWith({});
    const answer = await ask({ rawQuery: 'q=%27', method: 'PUT', body: Buffer.from('x') });
    expect(sent).toMatchObject([
      { url: claim.target_url, target: '/base/x?own=1&q=%27', method: 'PUT', timeoutMilliseconds: 25_000 },
    ]);
    expect(answer).toMatchObject({ status: 200, body: '/w==', isBase64Encoded: true });
  });

  it.each([
    ['no route takes the path', { path: '/gw/b' }, {}, 'NOT_FOUND'],
    ['the path is not below /gw', { path: '/gwa' }, {}, 'NOT_FOUND'],
    ['the method is not the route’s', { method: 'POST' }, { methods: ['GET' as const] }, 'NOT_FOUND'],
    ['the path has dot segments', { path: '/gw/a/%2e%2e/x' }, {}, 'INVALID_INPUT'],
    ['a key is asked for and there is none', {}, { require_api_key: true }, 'UNAUTHORIZED'],
    [
      'the key is unknown',
      { headers: [['x-api-key', 'unknown']] as const },
      { require_api_key: true },
      'UNAUTHORIZED',
    ],
    [
      'the key is of another tenant',
      { headers: [['x-api-key', 'stranger']] as const },
      { require_api_key: true },
      'UNAUTHORIZED',
    ],
  ])('is refused where %s, before it counts', async (_, request, route, type) => {
    const { ask, sent, taken } = gatewayWith({ route });
    expect(await typeOf(ask(request))).toBe(type);
    expect([sent, taken]).toEqual([[], []]);
  });

  it('is refused beyond the route’s limit, before anything is sent', async () => {
    const { ask, sent } = gatewayWith({ limited: true });
    expect(await typeOf(ask())).toBe('RATE_LIMITED');
    expect(sent).toEqual([]);
  });

  it('passes with a key of the route’s tenant, which the target does not see; HEAD passes with GET', async () => {
    const { ask, sent } = gatewayWith({ route: { require_api_key: true, methods: ['GET'] } });
    const headers = [['x-api-key', 'owner']] as const;
    expect(await typeOf(ask({ headers, method: 'HEAD' }))).toBe('answered');
    expect(sent[0]?.headers?.map(([name]) => name.toLowerCase())).not.toContain('x-api-key');
  });

  it.each<[EgressReason, string]>([
    ['forbidden', 'BAD_GATEWAY'],
    ['unresolved', 'BAD_GATEWAY'],
    ['unreachable', 'BAD_GATEWAY'],
    ['too_large', 'BAD_GATEWAY'],
    ['timeout', 'GATEWAY_TIMEOUT'],
    ['aborted', 'GATEWAY_TIMEOUT'],
  ])('whose target is %s is answered %s', async (reason, type) => {
    const { ask } = gatewayWith({ answer: () => Promise.reject(new EgressError(reason, 'no')) });
    expect(await typeOf(ask())).toBe(type);
  });

  it('is answered BAD_GATEWAY where the target’s status is none, and INTERNAL stays what is a bug', async () => {
    expect(await typeOf(gatewayWith({ answer: async () => ({ ...ok, status: 999 }) }).ask())).toBe(
      'BAD_GATEWAY',
    );
    const bug = new Error('a bug');
    expect(await typeOf(gatewayWith({ answer: () => Promise.reject(bug) }).ask())).toBe(bug);
  });

  it('is answered from what the target lets be kept, under one key for all callers of a protected route', async () => {
    const answer = async () => ({ ...ok, headers: [['Cache-Control', 'max-age=60']] as const });
    const { ask, sent, taken } = gatewayWith({ answer, route: { require_api_key: true } });
    const headers = [['x-api-key', 'owner']] as const;
    await ask({ headers });
    expect((await ask({ headers })).multiValueHeaders).toMatchObject({ age: ['0'] });
    expect(sent).toHaveLength(1);
    expect(taken).toHaveLength(2);
    expect(await typeOf(ask())).toBe('UNAUTHORIZED');
    await ask({ headers, rawQuery: 'other' });
    expect(sent).toHaveLength(2);
  });
});
