import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { sendRaw } from '../../support/raw-http.ts';
import { expectEnvelope } from '../../support/wire.ts';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describe('objects, through the engine', () => {
  let engine: RunningEngine;
  let owner: Account;
  let stranger: Account;

  beforeAll(async () => {
    engine = await runEngine();
    [owner, stranger] = (await Promise.all([newAccount(engine.url), newAccount(engine.url)])) as [
      Account,
      Account,
    ];
  });
  afterAll(() => engine?.stop());

  const raw = (method: string, path: string, more: { headers?: string[]; body?: Buffer } = {}, by = owner) =>
    sendRaw(engine.url, {
      method,
      path,
      body: more.body,
      headers: ['X-API-Key', by.api.key as string, ...(more.headers ?? [])],
    });

  it.each(['application/json', 'text/plain', 'application/octet-stream', undefined])(
    'come back byte for byte, whatever their type: %s',
    async (type) => {
      const headers = type ? ['Content-Type', type] : [];
      const stored = await raw('PUT', '/storage/bytes/all', { headers, body: everyByte });
      expect(stored.status, String(stored.body)).toBe(201);
      const back = await raw('GET', '/storage/bytes/all', { headers: ['Accept-Encoding', 'gzip'] });
      expect(back.status).toBe(200);
      expect(back.body.equals(everyByte)).toBe(true);
      expect(back.headers['content-length']).toEqual(['256']);
    },
  );

  it('come as a stream in chunks, as the Go SDK sends them', async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 3; chunk++) controller.enqueue(new Uint8Array(everyByte));
        controller.close();
      },
    });
    const sent = await fetch(`${engine.url}/storage/sdk/streamed.bin`, {
      method: 'PUT',
      body,
      duplex: 'half',
      headers: {
        'X-API-Key': owner.api.key as string,
        'Content-Type': 'application/json',
        'User-Agent': 'go-resty/2.17.0 (https://github.com/go-resty/resty)',
      },
    } as RequestInit);
    expect(sent.status).toBe(201);
    const { data } = (await sent.json()) as { data: { size_bytes: number; content_type: string } };
    expect([data.size_bytes, data.content_type]).toEqual([768, 'application/octet-stream']);
  });

  it('are in the contract’s words from upload to delete', async () => {
    const stored = await owner.api.put<{ id: string }>('/storage/words/a', 'hello');
    expectEnvelope(stored);
    const listed = await owner.api.get<object[]>('/storage/words');
    expect(listed.data).toEqual([stored.data]);
    expect((await owner.api.get('/storage/none')).data).toEqual([]);
    expect((await stranger.api.get('/storage/words')).data).toEqual([]);
    expect((await stranger.api.get('/storage/words/a')).body.error.type).toBe('OBJECT_NOT_FOUND');
    const gone = await owner.api.delete('/storage/words/a');
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect((await owner.api.get('/storage/words/a')).status).toBe(404);
  });

  it('are copied, counted in their bucket, and described without their bytes', async () => {
    await raw('PUT', '/storage/from/caf%C3%A9', { headers: ['Content-Type', 'image/png'], body: everyByte });
    const copied = await raw('PUT', '/storage/to/copy', { headers: ['X-Copy-Source', '/from/caf%C3%A9'] });
    expect(copied.status, String(copied.body)).toBe(201);
    const got = await raw('GET', '/storage/to/copy');
    expect(got.body.equals(everyByte)).toBe(true);
    const head = await raw('HEAD', '/storage/to/copy');
    expect([head.status, head.body.length, head.headers['x-object-size']]).toEqual([200, 0, ['256']]);
    for (const name of ['etag', 'content-type', 'content-disposition', 'x-version-id', 'last-modified'])
      expect(head.headers[name], name).toEqual(got.headers[name]);
    expect((await raw('HEAD', '/storage/to/copy', {}, stranger)).status).toBe(404);
    const stolen = await raw(
      'PUT',
      '/storage/to/x',
      { headers: ['X-Copy-Source', '/from/caf%C3%A9'] },
      stranger,
    );
    expect(stolen.status).toBe(404);
    const buckets = await owner.api.get<{ name: string }[]>('/storage');
    expect(buckets.data.filter(({ name }) => ['from', 'to'].includes(name))).toEqual([
      { name: 'from', objects: 1, size_bytes: 256 },
      { name: 'to', objects: 1, size_bytes: 256 },
    ]);
    expect((await stranger.api.get('/storage')).data).toEqual([]);
  });

  it.each([
    ['a%2Fb', 201],
    ['a%252Fb', 201],
    ['caf%C3%A9', 201],
    ['cafe%CC%81', 201],
    ['/x', 201],
    ['%2e%2e/x', 400],
    ['..%2fx', 400],
    ['a%00b', 400],
    ['%zz', 400],
  ])('under the name %s answer %i', async (name, status) => {
    const answer = await raw('PUT', `/storage/names/${name}`, { body: Buffer.from(name) });
    expect(answer.status, String(answer.body)).toBe(status);
    if (status === 201) expect(String((await raw('GET', `/storage/names/${name}`)).body)).toBe(name);
  });

  it('too large for a request go by signed URLs, and come by one', async () => {
    const large = Buffer.alloc(4_500_001, 7);
    const refused = await raw('PUT', '/storage/large/a', { body: large });
    expect(refused.status).toBe(413);
    expect(String(refused.body)).toContain('POST /storage-uploads');
    const begun = await owner.api.post<{ id: string; target: { url: string } }>('/storage-uploads', {
      bucket: 'large',
      key: 'a',
      size_bytes: large.length,
    });
    expect((await fetch(begun.data.target.url, { method: 'PUT', body: large })).status).toBe(200);
    const completed = await owner.api.post(`/storage-uploads/${begun.data.id}/complete`, {});
    expect(completed.status, completed.text).toBe(200);
    const followed = await fetch(`${engine.url}/storage/large/a`, {
      headers: { 'X-API-Key': owner.api.key as string },
    });
    expect(followed.redirected).toBe(true);
    expect(Buffer.from(await followed.arrayBuffer()).equals(large)).toBe(true);
  });
});
