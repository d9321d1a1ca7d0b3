import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgress } from '../../../../lib/platform/egress/egress.ts';
import type { CronJobRecord } from '../../../../lib/services/cron/record.ts';
import { createHttpTarget, keptResponseBytes } from '../../../../lib/services/cron/target.http.ts';

let server: Server;
let url: string;
let seen: { request: IncomingMessage; body: string } | undefined;

const bodies: Record<string, string> = {
  '/long': `${'x'.repeat(keptResponseBytes - 1)}ä`,
  '/huge': 'x'.repeat(1_100_000),
};

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen = { request, body };
    const path = request.url ?? '';
    response.writeHead(Number(/^\/(\d{3})$/.exec(path)?.[1] ?? 200), { location: 'http://127.0.0.1:1/' });
    response.end(bodies[path] ?? 'hello');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server?.close());

const call = (change: Partial<CronJobRecord>, allowLoopback = true) =>
  createHttpTarget(createEgress({ policy: { allowedRanges: [], allowLoopback } }))(
    {
      job: { target_url: url, target_method: 'POST', target_payload: '', ...change } as CronJobRecord,
      key: 'run-1',
    },
    AbortSignal.timeout(10_000),
  );

describe('a URL', () => {
  it('is called with the method, the payload and the key of the run, and nothing else', async () => {
    const result = await call({
      target_url: `${url}/hook?a=1`,
      target_method: 'PATCH',
      target_payload: '{"a":"ä"}',
    });
    expect(result).toMatchObject({ ok: true, statusCode: 200, response: 'hello', mayRetry: false });
    expect(seen?.body).toBe('{"a":"ä"}');
    const { method, url: path, headers } = seen?.request ?? {};
    expect([method, path]).toEqual(['PATCH', '/hook?a=1']);
    expect(Object.keys(headers ?? {}).sort()).toEqual([
      'connection',
      'content-length',
      'host',
      'idempotency-key',
      'user-agent',
    ]);
    expect(headers?.['idempotency-key']).toBe('run-1');
  });

  it.each([
    [200, true, false],
    [302, true, false],
    [399, true, false],
    [400, false, false],
    [404, false, false],
    [408, false, true],
    [429, false, true],
    [500, false, true],
    [503, false, true],
  ])('that answers %i: success %s, worth another call %s', async (status, ok, mayRetry) => {
    expect(await call({ target_url: `${url}/${status}` })).toMatchObject({
      ok,
      mayRetry,
      statusCode: status,
    });
  });

  it('has the beginning of its answer kept, without half a character', async () => {
    const { response } = await call({ target_url: `${url}/long` });
    expect(response).toBe('x'.repeat(keptResponseBytes - 1));
  });

  it.each([
    ['that answers without end fails', '/huge', true, false],
    ['that nobody listens at fails, and may do better', 'http://127.0.0.1:1/', true, true],
    ['that may not be called fails without being called', '/', false, false],
  ])('%s', async (_, target, allowed, mayRetry) => {
    seen = undefined;
    const target_url = target.startsWith('/') ? `${url}${target}` : target;
    const result = await call({ target_url }, allowed);
    expect(result).toMatchObject({ ok: false, mayRetry });
    expect(result.error).toMatch(/target|answer/);
    expect(result.statusCode).toBeUndefined();
    if (!allowed) expect(seen).toBeUndefined();
  });
});
