import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contextOf, served } from './harness.ts';
import { widgetRoutes, widgets } from './widgets.ts';

const app = served(widgetRoutes, widgets);
const reader = { 'X-API-Key': 'reader' };
const admin = { 'X-API-Key': 'admin' };

describe('every answer', () => {
  it.each([
    ['a success', { path: '/widgets/1', headers: reader }, 200],
    ['an unknown path', { path: '/nowhere' }, 404],
    ['a wrong method', { path: '/widgets', method: 'PATCH' }, 404],
    ['no credential', { path: '/widgets/1' }, 401],
    ['a missing permission', { path: '/widgets', method: 'POST', headers: reader, body: {} }, 403],
    [
      'a body over the limit',
      { path: '/widgets', method: 'POST', headers: admin, body: 'x'.repeat(1_048_577) },
      413,
    ],
    ['a pre-flight request', { path: '/widgets', method: 'OPTIONS' }, 204],
    ['a crash', { path: '/widgets/crash', headers: reader }, 500],
  ])('to %s carries the CORS and security headers and the request id', async (_, request, status) => {
    const answer = await app.call(request);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, GET, OPTIONS, PUT, DELETE, PATCH',
      'Access-Control-Allow-Credentials': 'true',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'X-XSS-Protection': '1; mode=block',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
      'Referrer-Policy': 'strict-origin-when-cross-origin',
      'Content-Security-Policy': "default-src 'self'",
      'X-Request-ID': expect.stringMatching(/^0{8}-/),
    });
    expect(answer.headers['Access-Control-Allow-Headers']).toBe(
      'Accept, Content-Type, Content-Length, Accept-Encoding, X-CSRF-Token, Authorization, x-api-key, Idempotency-Key, X-Request-ID',
    );
  });

  it('has no other security headers than the contract says', async () => {
    const { headers } = await app.call({ path: '/widgets/1', headers: reader });
    const known = /^(Access-Control-|X-RateLimit-|Vary$|Content-Type$|X-Request-ID$)/;
    expect(
      Object.keys(headers)
        .filter((name) => !known.test(name))
        .sort(),
    ).toEqual([
      'Content-Security-Policy',
      'Referrer-Policy',
      'Strict-Transport-Security',
      'X-Content-Type-Options',
      'X-Frame-Options',
      'X-XSS-Protection',
    ]);
  });

  it('gives back a sane request id, in header and meta alike', async () => {
    const answer = await app.call({ path: '/widgets/1', headers: { ...reader, 'x-request-id': 'abc-123' } });
    expect(answer.headers['X-Request-ID']).toBe('abc-123');
    expect(answer.json.meta).toEqual({ request_id: 'abc-123', timestamp: '2026-11-21T10:00:00Z' });
  });

  it('has an id of its own where the given one could break a log line', async () => {
    const answer = await app.call({ path: '/widgets/1', headers: { ...reader, 'x-request-id': 'a"b' } });
    expect(answer.headers['X-Request-ID']).toMatch(/^0{8}-/);
  });

  it('to OPTIONS has no body and asks for no credential', async () => {
    const answer = await app.call({ path: '/anything', method: 'OPTIONS' });
    expect(answer.body).toBeUndefined();
    expect(answer.headers).not.toHaveProperty('X-RateLimit-Limit');
  });

  it('names the origin alone where origins are configured', async () => {
    const restricted = served(widgetRoutes, widgets, { allowedOrigins: ['https://console.example.com'] });
    const known = await restricted.call({
      path: '/bare',
      headers: { Origin: 'https://console.example.com' },
    });
    const unknown = await restricted.call({ path: '/bare', headers: { Origin: 'https://evil.example.com' } });
    expect(known.headers['Access-Control-Allow-Origin']).toBe('https://console.example.com');
    expect(unknown.headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });
});

describe('errors', () => {
  it.each([
    ['an absent thing', '/widgets/absent', 404, 'NOT_FOUND', 'widget not found'],
    ['a crash', '/widgets/crash', 500, 'INTERNAL', 'internal error'],
    [
      'a throttled service',
      '/widgets/throttled',
      503,
      'UNAVAILABLE',
      'a service that this needs is not available',
    ],
    ['an answer that does not fit its schema', '/widgets/wrong', 500, 'INTERNAL', 'internal error'],
  ])('of %s have the envelope', async (_, path, status, type, message) => {
    const answer = await app.call({ path, headers: reader });
    expect(answer.statusCode).toBe(status);
    expect(answer.json).toEqual({
      error: { type, message, code: type },
      meta: { request_id: answer.headers['X-Request-ID'], timestamp: '2026-11-21T10:00:00Z' },
    });
  });

  it('tell when to come back', async () => {
    const answer = await app.call({ path: '/widgets/busy', headers: reader });
    expect(answer.headers['Retry-After']).toBe('7');
    expect(answer.body).not.toContain('detail');
  });

  it('log a crash whole and tell the caller nothing of it', async () => {
    const answer = await app.call({ path: '/widgets/crash', headers: reader });
    const line = app.lines.at(-1);
    expect(line).toMatchObject({
      level: 'error',
      fields: { status: 500, error_type: 'INTERNAL', route: '/widgets/:id' },
    });
    expect((line?.fields.error as Error | undefined)?.message).toBe('the very inside of the thing');
    expect(answer.body).not.toContain('inside');
  });
});

describe('time', () => {
  it('ends before Lambda does, and reaches the handler as an aborted signal', async () => {
    const answer = await app.call({ path: '/slow' }, contextOf(520));
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['Retry-After']).toBe('1');
    expect(answer.json.error.type).toBe('UNAVAILABLE');
    expect(answer.headers['X-Frame-Options']).toBe('DENY');
  });
});

describe('credentials', () => {
  it.each([
    ['a key', { 'X-API-Key': 'reader' }, 200],
    ['a key under any case of its header', { 'x-aPi-kEy': 'reader' }, 200],
    ['a bearer token', { Authorization: 'Bearer reader' }, 200],
    ['a key and a token: the key counts', { 'X-API-Key': 'reader', Authorization: 'Bearer unknown' }, 200],
    ['an empty key and a token: the token counts', { 'X-API-Key': '', Authorization: 'Bearer reader' }, 200],
    ['an unknown key and a good token', { 'X-API-Key': 'unknown', Authorization: 'Bearer reader' }, 401],
    ['another scheme', { Authorization: 'Basic cmVhZGVy' }, 401],
    ['nothing', {}, 401],
    ['a key without the permission', { 'X-API-Key': 'nobody' }, 403],
    ['a key with every permission', { 'X-API-Key': 'admin' }, 200],
  ])('with %s', async (_, headers, status) => {
    expect((await app.call({ path: '/widgets/1', headers })).statusCode).toBe(status);
  });

  it('are refused before anything of the request is looked at', async () => {
    const answer = await app.call({ path: '/widgets', method: 'POST', body: '{' });
    expect(answer.statusCode).toBe(401);
  });

  it('never reach the log', async () => {
    const log = served(widgetRoutes, widgets);
    await log.call({
      path: '/widgets/1',
      query: 'q=secret-query',
      headers: { 'X-API-Key': 'unknown-secret', Authorization: 'Bearer other-secret' },
    });
    expect(JSON.stringify(log.lines)).not.toMatch(/secret/);
  });
});

describe('the edge', () => {
  const edge = served(widgetRoutes, widgets, { originSecret: 'the-origin-secret' });
  const passed = { 'x-origin-verify': 'the-origin-secret' };

  it.each([
    ['without the secret', {}, 403],
    ['with a wrong secret', { 'x-origin-verify': 'guess' }, 403],
    ['with the secret', passed, 200],
  ])('%s', async (_, headers, status) => {
    const answer = await edge.call({ path: '/bare', headers });
    expect(answer.statusCode).toBe(status);
    if (status === 403) expect(answer.json.error.type).toBe('FORBIDDEN');
  });

  it.each([
    ['IPv4', '198.51.100.10:46532', '198.51.100.10'],
    ['IPv6', '2001:db8:85a3::8a2e:370:7334:443', '2001:db8:85a3::8a2e:370:7334'],
  ])('tells the viewer address (%s)', async (_, given, expected) => {
    await edge.call({ path: '/bare', headers: { ...passed, 'cloudfront-viewer-address': given } });
    expect(edge.lines.at(-1)?.fields.viewer_address).toBe(expected);
  });

  it('is not believed where there is none', async () => {
    await app.call({ path: '/bare', headers: { 'cloudfront-viewer-address': '198.51.100.10:1' } });
    expect(app.lines.at(-1)?.fields.viewer_address).toBe('203.0.113.7');
  });
});

describe('shapes', () => {
  const bare = { id: '0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a11', name: 'one' };

  it.each([
    ['bare, for anyone', '/bare', 'curl/8', bare],
    ['split, for the Go SDK', '/split', 'go-resty/2.17.0 (https://github.com/go-resty/resty)', bare],
    ['split, for others', '/split', 'curl/8', { data: bare, meta: expect.anything() }],
  ])('%s', async (_, path, agent, expected) => {
    const answer = await app.call({ path, headers: { 'user-agent': agent } });
    expect(answer.json).toEqual(expected);
    expect(answer.headers['Content-Type']).toBe('application/json; charset=utf-8');
  });

  it('text', async () => {
    const answer = await app.call({ path: '/text' });
    expect(answer).toMatchObject({ statusCode: 200, body: 'line 1\nline 2\n' });
    expect(answer.headers['Content-Type']).toBe('text/plain; charset=utf-8');
  });

  it('a stored-only field is not answered', async () => {
    const answer = await app.call({ path: '/widgets/1', headers: reader });
    expect(answer.json.data).toEqual({ id: '1', name: 'one' });
  });

  it('a created thing has its place in Location', async () => {
    const answer = await app.call({
      path: '/widgets',
      method: 'POST',
      headers: admin,
      body: { name: 'two' },
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.Location).toBe('/widgets/0199a5d0-7c3e-7b1a-9f00-3f6c2f1e0a11');
  });

  it('204 has no body', async () => {
    const answer = await app.call({ path: '/widgets/1', method: 'DELETE', headers: admin });
    expect(answer.statusCode).toBe(204);
    expect(answer.body).toBeUndefined();
    expect(answer.headers).not.toHaveProperty('Content-Type');
  });
});

describe('content encoding', () => {
  it.each([
    ['br', 'gzip, br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
  ])('%s for a larger body', async (encoding, accept, decompress) => {
    const answer = await app.call({ path: '/raw', headers: { 'accept-encoding': accept } });
    expect(answer.statusCode).toBe(203);
    expect(answer.headers['Content-Encoding']).toBe(encoding);
    expect(decompress(Buffer.from(answer.body as string, 'base64')).toString()).toBe('a{}'.repeat(600));
  });

  it.each([
    ['a small body', '/bare', 'br'],
    ['a client that takes none', '/raw', 'identity'],
  ])('none for %s', async (_, path, accept) => {
    const answer = await app.call({ path, headers: { 'accept-encoding': accept } });
    expect(answer.headers).not.toHaveProperty('Content-Encoding');
    expect(answer.isBase64Encoded).toBeFalsy();
  });
});

describe('the log', () => {
  it('has one line for each request', async () => {
    const log = served(widgetRoutes, widgets);
    await log.call({ path: '/widgets/1', headers: reader });
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]).toMatchObject({
      level: 'info',
      message: 'request',
      fields: {
        method: 'GET',
        route: '/widgets/:id',
        status: 200,
        tenant: 'tenant-reader',
        user: 'user-reader',
        viewer_address: '203.0.113.7',
      },
    });
  });

  it('keeps concurrent requests apart', async () => {
    const log = served(widgetRoutes, widgets);
    await Promise.all(
      ['admin', 'reader', 'nobody'].map((key) =>
        log.call({ path: '/widgets/1', headers: { 'X-API-Key': key } }),
      ),
    );
    expect(log.lines.map(({ fields }) => [fields.tenant, fields.status]).sort()).toEqual([
      ['tenant-admin', 200],
      ['tenant-nobody', 403],
      ['tenant-reader', 200],
    ]);
  });
});

describe('a failed start', () => {
  it('is answered in the envelope and tried again', async () => {
    const { serve } = await import('../../../../lib/platform/http/serve.ts');
    const { eventOf } = await import('./harness.ts');
    let starts = 0;
    const silent = { info() {}, warn() {}, error() {} } as never;
    const handler = serve(
      widgetRoutes.filter(({ permission }) => permission === 'public'),
      {
        tables: {} as never,
        clock: { now: () => 0 },
        newId: () => 'id',
        logger: silent,
        keyLimiter: {
          shape: { burst: 1, interval: 1 },
          take: () => ({ allowed: true, remaining: 1, retryAfter: 0, resetAfter: 0 }),
        },
        originSecret: '',
        allowedOrigins: [],
      },
      () => {
        if (++starts === 1) throw new Error('not yet');
        return { services: widgets };
      },
    );
    expect((await handler(eventOf({ path: '/bare' }), contextOf())).statusCode).toBe(500);
    expect((await handler(eventOf({ path: '/bare' }), contextOf())).statusCode).toBe(200);
    await handler(eventOf({ path: '/bare' }), contextOf());
    expect(starts).toBe(2);
  });
});
