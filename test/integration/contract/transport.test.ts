import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, ApiClient, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { expectEnvelope, expectError, expectHeaders } from '../../support/wire.ts';

/** One request as it stands on the wire: `fetch` decodes bodies and joins headers. */
const plainRequest = (url: string, options: { method?: string; headers?: Record<string, string> }) =>
  new Promise<{ status: number | undefined; headers: NodeJS.Dict<string | string[]>; body: Buffer }>(
    (done, fail) => {
      const sent = request(url, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          done({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) }),
        );
      });
      sent.once('error', fail);
      sent.end();
    },
  );

describe('contract 1.1, 1.2, 1.4 and 2.22', () => {
  let engine: RunningEngine;
  let anonymous: ApiClient;
  let user: Account;
  let instance: { id: string };

  beforeAll(async () => {
    engine = await runEngine();
    anonymous = new ApiClient(engine.url);
    user = await newAccount(engine.url);
    instance = (await user.api.post<{ id: string }>('/instances', { name: 'wire', image: 'al2023' })).data;
  });
  afterAll(() => engine?.stop());

  describe('authentication', () => {
    it.each(['X-API-Key', 'x-api-key', 'X-Api-Key', 'X-API-KEY'])('takes the header %s', async (name) => {
      const { status } = await plainRequest(`${engine.url}/instances`, {
        headers: { [name]: user.api.key as string },
      });
      expect(status).toBe(200);
    });

    it('takes a key as a bearer token too', async () => {
      const headers = { authorization: `bearer ${user.api.key}` };
      expect((await anonymous.get('/instances', { headers })).status).toBe(200);
    });

    it.each([
      ['missing', {}],
      ['empty', { 'x-api-key': '' }],
      ['unknown', { 'x-api-key': `thecloud_${'a'.repeat(32)}` }],
    ])('answers 401 to a key that is %s', async (_, headers) => {
      const answer = await anonymous.get('/instances', { headers });
      expectError(answer);
      expect([answer.status, answer.body.error.type]).toEqual([401, 'UNAUTHORIZED']);
    });

    it('mints keys of thecloud_ and 32 lower-case hex digits', () => {
      expect(user.api.key).toMatch(/^thecloud_[0-9a-f]{32}$/);
    });
  });

  describe('a request', () => {
    it.each([
      'application/json',
      'application/x-www-form-urlencoded',
      'text/plain; charset=utf-8',
      'image/png',
    ])('has its body parsed as JSON whatever the content type says: %s', async (type) => {
      const answer = await user.api.post('/instances', '{"name":"typed","image":"al2023","unknown":1}', {
        headers: { 'content-type': type },
      });
      expect(answer.status).toBe(201);
    });

    it('needs no content type', async () => {
      const body = new TextEncoder().encode('{"name":"untyped","image":"al2023"}');
      const answer = await user.api.post('/instances', body);
      expect(answer.status).toBe(201);
    });

    it('without a body where one is required answers 400', async () => {
      expect((await user.api.post('/instances')).status).toBe(400);
    });

    it('has its id echoed in header and envelope, else gets a new UUID', async () => {
      const id = `mine-${randomUUID()}`;
      const echoed = await user.api.get('/instances', { headers: { 'X-Request-ID': id } });
      expect([echoed.headers.get('x-request-id'), echoed.body.meta.request_id]).toEqual([id, id]);
      const made = await user.api.get('/instances');
      expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(made.body.meta.request_id).toBe(made.headers.get('x-request-id'));
    });

    it('has no id echoed that would break a header or a log line', async () => {
      const answer = await user.api.get('/instances', { headers: { 'X-Request-ID': 'a b"c' } });
      expect(answer.headers.get('x-request-id')).not.toBe('a b"c');
    });

    it.each(['/instances', '/instances/x/stop', '/auth/register', '/nowhere', '/'])(
      'OPTIONS %s answers 204 without a body, before authentication',
      async (path) => {
        const answer = await anonymous.request('OPTIONS', path, {
          headers: { origin: 'https://console.example', 'access-control-request-method': 'POST' },
        });
        expect([answer.status, answer.text]).toEqual([204, '']);
        expectHeaders(answer);
      },
    );

    it.each([
      ['GET', '/'],
      ['GET', '/nowhere'],
      ['GET', '/instances/a/b/c'],
      ['PUT', '/instances'],
      ['DELETE', '/instances'],
      ['PATCH', '/auth/keys'],
      ['POST', '/health'],
      ['GET', '/auth/login'],
    ])('%s %s answers the 404 envelope', async (method, path) => {
      for (const api of [anonymous, user.api]) {
        const answer = await api.request(method, path);
        expectError(answer);
        expect([answer.status, answer.body.error.type]).toEqual([404, 'NOT_FOUND']);
      }
    });

    it('HEAD of an unknown path answers 404 and no body', async () => {
      const answer = await plainRequest(`${engine.url}/nowhere`, { method: 'HEAD' });
      expect([answer.status, answer.body.length]).toEqual([404, 0]);
    });
  });

  describe('an answer', () => {
    it('has data and meta, with the time in whole seconds, UTC', async () => {
      const answer = await user.api.get(`/instances/${instance.id}`);
      expectEnvelope(answer);
      expect(Math.abs(Date.parse(answer.body.meta.timestamp) - Date.now())).toBeLessThan(5_000);
    });

    it('of an empty list has []', async () => {
      const other = await newAccount(engine.url, 'empty');
      expect((await other.api.get('/instances')).body.data).toEqual([]);
    });

    it('204 has no body at all', async () => {
      const key = await user.api.post<{ id: string }>('/auth/keys', { name: 'gone soon' });
      const answer = await user.api.delete(`/auth/keys/${key.data.id}`);
      expect([answer.status, answer.text]).toEqual([204, '']);
      expectHeaders(answer);
    });

    it.each([
      ['gzip', gunzipSync],
      ['br', brotliDecompressSync],
    ] as const)('that is large comes in %s where the client takes it', async (encoding, decode) => {
      const answer = await plainRequest(`${engine.url}/openapi.json`, {
        headers: { 'accept-encoding': encoding },
      });
      expect(answer.headers['content-encoding']).toBe(encoding);
      expect(answer.headers.vary).toMatch(/accept-encoding/i);
      expect(JSON.parse(decode(answer.body).toString()).openapi).toBe('3.1.0');
    });

    it('that is large comes plain where the client takes no encoding', async () => {
      const answer = await plainRequest(`${engine.url}/openapi.json`, {});
      expect(answer.headers['content-encoding']).toBeUndefined();
      expect(JSON.parse(answer.body.toString()).openapi).toBe('3.1.0');
    });
  });

  describe('an id', () => {
    it('is accepted as 32 hex digits, as a URN, in braces, in any case, and answered in canonical form', async () => {
      const { id } = instance;
      for (const form of [
        id.toUpperCase(),
        id.replaceAll('-', ''),
        `urn:uuid:${id}`,
        `{${id}}`,
        `{${id.toUpperCase()}}`,
      ]) {
        const answer = await user.api.get<{ id: string }>(`/instances/${encodeURIComponent(form)}`);
        expect([form, answer.status, answer.data?.id]).toEqual([form, 200, id]);
      }
    });

    it('may be the exact, case-sensitive name of an instance', async () => {
      expect((await user.api.get<{ id: string }>('/instances/wire')).data.id).toBe(instance.id);
      expect((await user.api.get('/instances/Wire')).status).toBe(404);
      const other = await newAccount(engine.url, 'other');
      expect((await other.api.get('/instances/wire')).status).toBe(404);
    });
  });

  describe('health and metrics', () => {
    it('/health/live says ok', async () => {
      const answer = await anonymous.get('/health/live');
      expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
    });

    it.each(['/health', '/health/ready'])('%s says UP, and what is connected', async (path) => {
      const answer = await anonymous.get(path);
      expect([answer.status, answer.body]).toEqual([
        200,
        { status: 'UP', checks: { database: 'CONNECTED', docker: 'CONNECTED' }, time: expect.any(String) },
      ]);
      expectHeaders(answer);
    });

    it('/health/ovs says healthy', async () => {
      const answer = await anonymous.get('/health/ovs');
      expect([answer.status, answer.body]).toEqual([200, { status: 'healthy' }]);
    });

    it('/metrics is the text of Prometheus', async () => {
      const answer = await anonymous.get('/metrics');
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
      expect(answer.text).toMatch(/^# HELP thecloud_\w+ .+\n# TYPE thecloud_\w+ gauge\nthecloud_\w+ \d/);
    });

    it('/swagger shows the documentation, which names every route', async () => {
      const page = await anonymous.get('/swagger/index.html');
      expect(page.status).toBe(200);
      expect(page.headers.get('content-type')).toMatch(/^text\/html/);
      const { body } = await anonymous.get('/swagger/doc.json');
      expect(Object.keys(body.paths)).toContain('/instances/{id}');
      expect((await anonymous.get('/swagger/nothing')).status).toBe(404);
    });

    it('is not limited: a hundred probes from one address all answer', async () => {
      const answers = await Promise.all(Array.from({ length: 100 }, () => anonymous.get('/health')));
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      expect(answers.some(({ headers }) => headers.has('x-ratelimit-limit'))).toBe(false);
    });
  });
});
