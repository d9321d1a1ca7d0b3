import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayRoute } from '../../lib/services/gateway/schema.ts';
import { type Account, type Answer, newAccount } from '../support/api-client.ts';
import { type RunningEngine, runEngine } from '../support/engine.ts';
import { eventually } from '../support/eventually.ts';
import { type RawHttpAnswer, sendRaw } from '../support/raw-http.ts';
import { startTarget, type TargetServer } from '../support/target-server.ts';

const everyByte = Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i));

describe('gateway routes, through the engine', () => {
  let engine: RunningEngine;
  let owner: Account;
  let stranger: Account;
  let target: TargetServer;

  beforeAll(async () => {
    engine = await runEngine({}, undefined, { allowLoopbackTargets: true });
    [owner, stranger] = await Promise.all([newAccount(engine.url), newAccount(engine.url)]);
    target = await startTarget(({ method, url, body }, response) => {
      if (url.includes('/slow')) return;
      if (url.includes('/large')) return response.end(Buffer.alloc(4_500_001));
      if (url.includes('/cached')) {
        response.setHeader('Cache-Control', 'public, max-age=60');
        return response.end(`answer ${target.seen.length}`);
      }
      response.writeHead(method === 'POST' ? 418 : 200, [
        ...['Content-Type', 'application/json', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'X-Mine', 'yes'],
        ...['Connection', 'keep-alive, X-Hop', 'X-Hop', 'secret', 'Clear-Site-Data', '"storage"'],
      ]);
      response.end(body.length > 0 ? body : everyByte);
    });
  });
  afterAll(() => Promise.all([engine?.stop(), target?.stop()]));
  beforeEach(() => {
    target.seen.length = 0;
  });

  let serial = 0;
  const makeRoute = async (more: object = {}, account = owner): Promise<GatewayRoute> => {
    const name = `route-${serial++}`;
    const answer = await account.api.post<GatewayRoute>('/gateway/routes', {
      name,
      path_prefix: `/${name}`,
      target_url: target.url,
      ...more,
    });
    expect(answer.status, answer.text).toBe(201);
    return answer.data;
  };
  const ask = (path: string, more: Partial<Parameters<typeof sendRaw>[1]> = {}): Promise<RawHttpAnswer> =>
    sendRaw(engine.url, { path, ...more });
  const errorOf = ({ status, body }: RawHttpAnswer) => [status, JSON.parse(body.toString()).error.type];
  const refusal = (answer: Answer) => [answer.status, answer.body.error?.type];

  it('passes path, query, repeated headers and every byte of a body on, and back', async () => {
    const { path_prefix } = await makeRoute({ target_url: `${target.url}/base/?own=1`, strip_prefix: true });
    const answer = await ask(`/gw${path_prefix}/a%2Fb//c%20d/?q='x'&b=2&q=%2F&flag`, {
      method: 'POST',
      body: everyByte,
      headers: [
        'Content-Type',
        'application/json',
        'X-Two',
        'one',
        'X-Two',
        'two',
        'X-Forwarded-For',
        '192.0.2.66',
        'X-API-Key',
        owner.api.key as string,
      ],
    });
    const [seen] = target.seen;
    expect(seen?.url).toBe(`/base/a%2Fb//c%20d/?own=1&q='x'&b=2&q=%2F&flag`);
    expect(seen?.method).toBe('POST');
    expect(seen?.body.equals(everyByte)).toBe(true);
    expect(seen?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-two': 'one, two',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(engine.url).host,
      'x-forwarded-proto': 'http',
      'x-forwarded-prefix': `/gw${path_prefix}`,
      host: `127.0.0.1:${target.port}`,
    });
    for (const name of ['x-api-key', 'x-origin-verify', 'x-viewer-query', 'x-viewer-host', 'via'])
      expect(seen?.headers).not.toHaveProperty(name);
    expect(answer.status).toBe(418);
    expect(answer.body.equals(everyByte)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': ['application/json'],
      'set-cookie': ['a=1', 'b=2'],
      'x-mine': ['yes'],
      'access-control-allow-origin': ['*'],
    });
    for (const name of ['x-hop', 'clear-site-data']) expect(answer.headers).not.toHaveProperty(name);
    expect(answer.headers['content-security-policy']?.join()).toContain('sandbox');
    expect(answer.headers['x-request-id']).toEqual([seen?.headers['x-request-id']]);
  });

  it('shows the target the whole path without strip_prefix, and serves the longest prefix', async () => {
    const { path_prefix } = await makeRoute();
    await makeRoute({ path_prefix: `${path_prefix}/inner`, strip_prefix: true });
    await ask(`/gw${path_prefix}/x`);
    await ask(`/gw${path_prefix}/%69nner/y`);
    await ask(`/gw${path_prefix}/inner`);
    expect(target.seen.map(({ url }) => url)).toEqual([`/gw${path_prefix}/x`, '/y', '/']);
  });

  it('answers in the platform’s own words where no target does', async () => {
    const { path_prefix } = await makeRoute({ methods: ['GET'], strip_prefix: true });
    expect(errorOf(await ask('/gw/nobody/x'))).toEqual([404, 'NOT_FOUND']);
    expect(errorOf(await ask('/gw'))).toEqual([404, 'NOT_FOUND']);
    expect(errorOf(await ask('/gw/'))).toEqual([404, 'NOT_FOUND']);
    expect(errorOf(await ask(`/gw${path_prefix}/x`, { method: 'POST' }))).toEqual([404, 'NOT_FOUND']);
    expect(errorOf(await ask(`/gw${path_prefix}/%2e%2E/x`))).toEqual([400, 'INVALID_INPUT']);
    expect(errorOf(await ask(`/gw${path_prefix}/large`))).toEqual([502, 'BAD_GATEWAY']);
    expect((await ask(`/gw${path_prefix}`, { method: 'OPTIONS' })).status).toBe(204);
    expect((await ask(`/gw${path_prefix}`, { method: 'HEAD' })).status).toBe(200);
    const gone = await makeRoute({ target_url: 'http://127.0.0.1:1/' });
    expect(errorOf(await ask(`/gw${gone.path_prefix}`))).toEqual([502, 'BAD_GATEWAY']);
  });

  it.each([
    ['the in-band limit', 4_500_001],
    ['what Lambda takes', 6_300_000],
    ['what the gateway takes', 10_500_000],
  ])('refuses a body beyond %s, naming the other way', async (_, bytes) => {
    const answer = await ask('/gw/nobody', { method: 'PUT', body: Buffer.alloc(bytes) });
    expect(errorOf(answer)).toEqual([413, 'OBJECT_TOO_LARGE']);
    expect(answer.body.toString()).toContain('presigned');
  });

  it('keeps what the target lets it keep, and a route’s limit', async () => {
    const cached = await makeRoute({ strip_prefix: true });
    const [first, second] = [
      await ask(`/gw${cached.path_prefix}/cached`),
      await ask(`/gw${cached.path_prefix}/cached`),
    ];
    expect(second.body.toString()).toBe(first.body.toString());
    expect(second.headers.age).toBeDefined();
    const own = await ask(`/gw${cached.path_prefix}/cached`, { headers: ['Authorization', 'Basic eA=='] });
    expect(own.body.toString()).not.toBe(first.body.toString());
    const limited = await makeRoute({ rate_limit: 2 });
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(`/gw${limited.path_prefix}`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(refused[0]?.headers['retry-after']).toEqual(['1']);
  });

  it('opens a protected route with a key of its tenant alone', async () => {
    const { path_prefix } = await makeRoute({ require_api_key: true });
    const withKey = (key: string) => ask(`/gw${path_prefix}`, { headers: ['X-API-Key', key] });
    expect(errorOf(await ask(`/gw${path_prefix}`))).toEqual([401, 'UNAUTHORIZED']);
    expect(errorOf(await withKey(`thecloud_${'0'.repeat(32)}`))).toEqual([401, 'UNAUTHORIZED']);
    expect(errorOf(await withKey(stranger.api.key as string))).toEqual([401, 'UNAUTHORIZED']);
    expect((await withKey(owner.api.key as string)).status).toBe(200);
    expect(target.seen.map(({ headers }) => headers['x-api-key'])).toEqual([undefined]);
    const open = await makeRoute();
    await ask(`/gw${open.path_prefix}`, { headers: ['X-API-Key', 'the target’s own'.replace('’', "'")] });
    expect(target.seen.at(-1)?.headers['x-api-key']).toBe("the target's own");
  });

  it('keeps prefixes and names apart, between tenants and within one', async () => {
    const route = await makeRoute({ path_prefix: '/taken/deep' });
    const body = { target_url: target.url };
    const create = (account: Account, more: object) =>
      account.api.post('/gateway/routes', { ...body, ...more });
    expect(refusal(await create(owner, { name: 'again', path_prefix: '/taken/deep' }))).toEqual([
      409,
      'CONFLICT',
    ]);
    expect(refusal(await create(owner, { name: route.name, path_prefix: '/free' }))).toEqual([
      409,
      'CONFLICT',
    ]);
    for (const path_prefix of ['/taken/deep', '/taken', '/taken/deep/er'])
      expect(refusal(await create(stranger, { name: 'theirs', path_prefix }))).toEqual([409, 'CONFLICT']);
    expect(refusal(await stranger.api.get(`/gateway/routes/${route.id}`))).toEqual([404, 'NOT_FOUND']);
    expect(refusal(await stranger.api.delete(`/gateway/routes/${route.id}`))).toEqual([404, 'NOT_FOUND']);
    expect((await stranger.api.get<[]>('/gateway/routes')).data).toEqual([]);

    expect((await owner.api.delete(`/gateway/routes/${route.id}`)).status).toBe(200);
    await eventually('the deleted route is gone', async () => (await ask('/gw/taken/deep')).status === 404);
    const taken = await makeRoute({ path_prefix: '/taken' }, stranger);
    expect((await ask('/gw/taken/deep')).status).toBe(200);
    expect((await stranger.api.get<GatewayRoute[]>('/gateway/routes')).data).toMatchObject([
      { id: taken.id },
    ]);
  });

  it('shows itself bare to the Go SDK', async () => {
    const headers = { 'user-agent': 'go-resty/2.17.0' };
    const body = {
      name: 'split',
      path_prefix: '/split',
      target_url: target.url,
      strip_prefix: true,
      rate_limit: 0,
    };
    const created = await owner.api.post('/gateway/routes', body, { headers });
    expect(created.body).toMatchObject({ name: 'split', path_prefix: '/split', rate_limit: 100 });
    expect((await owner.api.get('/gateway/routes', { headers })).body).toContainEqual(created.body);
    const { meta, data } = (await owner.api.get(`/gateway/routes/${created.body.id}`)).body;
    expect(data).toEqual(created.body);
    expect(meta).toHaveProperty('request_id');
  });
});
