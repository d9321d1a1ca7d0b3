import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMilliseconds, hourMilliseconds } from '../../../../lib/services/objects/limits.ts';
import { type Sent, startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ objects: 1_000, object_bytes: 100_000_000 });
});
afterAll(() => world.stop());

const post = (path: string, body: object, more: Partial<Sent> = {}) =>
  world.call({ method: 'POST', path, body, ...more });
const begin = async (body: object) => (await post('/storage-uploads', body)).json.data;
const complete = (id: string, body: object = {}, as = 'one') =>
  post(`/storage-uploads/${id}/complete`, body, { as });

const send = async (
  { url, headers }: { url: string; headers: Record<string, string> },
  bytes: Uint8Array,
) => {
  const { 'content-length': length, ...others } = headers;
  expect(Number(length)).toBe(bytes.length);
  const answer = await fetch(url, { method: 'PUT', headers: others, body: new Uint8Array(bytes) });
  expect(answer.status).toBe(200);
  return answer.headers.get('etag') ?? '';
};

const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256));

describe('an upload in one piece', () => {
  it('goes by its signed URL, and is the object once it is completed', async () => {
    const name = { bucket: 'u', key: 'a/b.bin' };
    const upload = await begin({ ...name, size_bytes: bytes.length, content_type: 'image/png' });
    expect(upload).toMatchObject({ ...name, status: 'PENDING', size_bytes: 300 });
    expect(upload.target.headers).toEqual({ 'content-length': '300', 'if-none-match': '*' });
    await send(upload.target, bytes);
    expect((await world.call({ path: '/storage/u/a/b.bin' })).status).toBe(404);
    const completed = await complete(upload.id);
    expect(completed.json.data).toMatchObject({ ...name, size_bytes: 300, content_type: 'image/png' });
    expect((await complete(upload.id)).json.data).toEqual(completed.json.data);
    expect((await world.call({ path: '/storage/u/a/b.bin' })).bytes.equals(bytes)).toBe(true);
    const after = await world.call({ path: `/storage-uploads/${upload.id}` });
    expect(after.json.data).toMatchObject({ status: 'COMPLETED', object: completed.json.data });
    expect(await world.audit()).toEqual([]);
  });

  it('signs what it allows: one PUT of so many bytes, at that place, for an hour', async () => {
    const upload = await begin({ bucket: 'u', key: 'signed', size_bytes: 5 });
    const url = new URL(upload.target.url);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;host;if-none-match');
    expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    expect(url.pathname).toMatch(/^\/objects\/tenant-one\/[0-9a-f-]{36}$/);
    expect(url.search).not.toMatch(/checksum|if-none-match=/i);
  });

  it('is not completed before it is there, nor with another size', async () => {
    const upload = await begin({ bucket: 'u', key: 'b', size_bytes: 5 });
    const early = await complete(upload.id);
    expect([early.status, early.json.error.message]).toEqual([400, 'id: nothing was uploaded yet']);
    await fetch(upload.target.url, { method: 'PUT', body: 'seven..' });
    const wrong = await complete(upload.id);
    expect([wrong.status, wrong.json.error.message]).toEqual([
      400,
      'id: 7 bytes were uploaded, and 5 were announced',
    ]);
    expect((await world.call({ path: '/storage/u/b' })).status).toBe(404);
  });

  it('that nobody completes is cleared away after a day, with its room', async () => {
    const upload = await begin({ bucket: 'u', key: 'c', size_bytes: bytes.length });
    await send(upload.target, bytes);
    world.clock.time += dayMilliseconds + hourMilliseconds;
    await world.clear();
    expect((await complete(upload.id)).status).toBe(404);
    expect((await world.call({ path: `/storage-uploads/${upload.id}` })).status).toBe(404);
    expect(await world.audit()).toEqual([]);
  });

  it('can be aborted, once', async () => {
    const upload = await begin({ bucket: 'u', key: 'd', size_bytes: bytes.length });
    await send(upload.target, bytes);
    const abort = () => world.call({ method: 'DELETE', path: `/storage-uploads/${upload.id}` });
    expect((await abort()).status).toBe(204);
    expect((await abort()).status).toBe(404);
    expect(await world.audit()).toEqual([]);
  });

  it('is its tenant’s alone', async () => {
    const upload = await begin({ bucket: 'u', key: 'e', size_bytes: bytes.length });
    await send(upload.target, bytes);
    const path = `/storage-uploads/${upload.id}`;
    expect((await world.call({ path, as: 'two' })).status).toBe(404);
    expect((await world.call({ method: 'DELETE', path, as: 'two' })).status).toBe(404);
    expect((await complete(upload.id, {}, 'two')).status).toBe(404);
    expect((await post(`${path}/parts`, { part_numbers: [1] }, { as: 'two' })).status).toBe(404);
    expect((await complete(upload.id)).status).toBe(200);
    expect((await world.call({ method: 'DELETE', path })).status).toBe(409);
  });

  it('does not let its URL bring bytes back that were deleted meanwhile', async () => {
    const upload = await begin({ bucket: 'u', key: 'f', size_bytes: bytes.length });
    await send(upload.target, bytes);
    const { version_id } = (await complete(upload.id)).json.data;
    await world.call({ method: 'DELETE', path: '/storage/u/f', query: 'permanent=true' });
    await world.clear();
    await world.clear();
    const isKept = () => world.kept().some((key) => key.endsWith(version_id));
    expect(isKept()).toBe(true);
    world.clock.time += 2 * hourMilliseconds;
    await world.clear();
    expect(isKept()).toBe(false);
  });
});

describe('an upload in parts', () => {
  const whole = Buffer.concat([Buffer.alloc(8 * 1024 ** 2, 1), Buffer.from('the rest')]);

  it('goes part by part, each by its URL, and is larger than an answer can be', async () => {
    const upload = await begin({ bucket: 'p', key: 'large.bin', size_bytes: whole.length });
    expect(upload).toMatchObject({ part_size_bytes: 8 * 1024 ** 2, part_count: 2 });
    expect(upload).not.toHaveProperty('target');
    const path = `/storage-uploads/${upload.id}`;
    const signed = (await post(`${path}/parts`, { part_numbers: [2, 1] })).json.data;
    expect(signed.parts.map((part: { size_bytes: number }) => part.size_bytes)).toEqual([8, 8 * 1024 ** 2]);
    const parts = [];
    for (const part of signed.parts) {
      const start = (part.part_number - 1) * upload.part_size_bytes;
      const etag = await send(part, whole.subarray(start, start + part.size_bytes));
      parts.push({ part_number: part.part_number, etag });
    }
    const completed = await complete(upload.id, { parts });
    expect(completed.status).toBe(200);
    expect(completed.json.data.etag).toMatch(/-2"$/);
    const answer = await world.call({ path: '/storage/p/large.bin' });
    expect(answer.status).toBe(307);
    const direct = await fetch(answer.headers.location as string);
    expect(Buffer.from(await direct.arrayBuffer()).equals(whole)).toBe(true);
    const location = new URL(answer.headers.location as string);
    expect(location.searchParams.get('response-content-disposition')).toBe('attachment; filename=large.bin');
    const part = await world.call({ path: '/storage/p/large.bin', headers: { Range: 'bytes=-4' } });
    expect([part.status, String(part.bytes)]).toEqual([206, 'rest']);
    expect(await world.audit()).toEqual([]);
  });

  it.each([
    ['a part that it does not have', '/parts', { part_numbers: [3] }, 'part_numbers.0'],
    ['part 0', '/parts', { part_numbers: [0] }, 'part_numbers.0'],
    ['no part', '/parts', { part_numbers: [] }, 'part_numbers'],
    ['a completion without parts', '/complete', {}, 'parts'],
    ['a completion with a foreign part', '/complete', { parts: [{ part_number: 1, etag: '"x"' }] }, 'parts'],
  ])('refuses %s', async (_, step, body, field) => {
    const upload = await begin({ bucket: 'p', key: 'x', size_bytes: whole.length });
    const answer = await post(`/storage-uploads/${upload.id}${step}`, body);
    expect([answer.status, answer.json.error.details?.[0].path]).toEqual([400, field]);
  });

  it('has parts as large as ten thousand of them ask for', async () => {
    const big = await startWorld({});
    try {
      const body = { bucket: 'p', key: 'x', size_bytes: 5 * 1024 ** 4 };
      const { json } = await big.call({ method: 'POST', path: '/storage-uploads', body });
      expect(json.data.part_count).toBeLessThanOrEqual(10_000);
      expect(json.data.part_size_bytes * json.data.part_count).toBeGreaterThanOrEqual(5 * 1024 ** 4);
    } finally {
      await big.stop();
    }
  });
});

describe('bad input', () => {
  const good = { bucket: 'b', key: 'k', size_bytes: 1 };
  it.each([
    ['a bucket with dots', { ...good, bucket: 'a..b' }, 'bucket'],
    ['a key that is empty', { ...good, key: '' }, 'key'],
    ['a negative size', { ...good, size_bytes: -1 }, 'size_bytes'],
    ['more than Amazon S3 takes', { ...good, size_bytes: 5 * 1024 ** 4 + 1 }, 'size_bytes'],
    ['a type that is none', { ...good, content_type: 'image' }, 'content_type'],
    ['a type with a line break', { ...good, content_type: 'a/b\r\nx: y' }, 'content_type'],
    ['one piece that is too large', { ...good, multipart: false, size_bytes: 6 * 1024 ** 3 }, 'multipart'],
  ])('to an upload is refused: %s', async (_, body, field) => {
    const answer = await post('/storage-uploads', body);
    expect([answer.status, answer.json.error.details[0].path]).toEqual([400, field]);
  });

  it('in JSON has the limit of all JSON, and not that of an object', async () => {
    const answer = await post('/storage-uploads', { ...good, padding: 'x'.repeat(1_048_576) });
    expect([answer.status, answer.json.error.message]).toEqual([
      413,
      'a request body can have at most 1048576 bytes',
    ]);
  });

  it.each([
    ['a type that is none', { 'Content-Type': 'image' }, 'content-type'],
    ['a condition without end', { 'If-Match': 'x'.repeat(5_000) }, 'if-match'],
  ])('to a PUT is refused: %s', async (_, headers, field) => {
    const answer = await world.call({ method: 'PUT', path: '/storage/b/k', headers, body: bytes });
    expect([answer.status, answer.json.error.details[0].path]).toEqual([400, field]);
  });
});

describe('a signed download', () => {
  it('is for whoever has it, as long as it was asked for', async () => {
    await world.call({ method: 'PUT', path: '/storage/d/a', body: bytes });
    const { json } = await post('/storage-downloads', { bucket: 'd', key: 'a', expires_in: 60 });
    expect(new URL(json.data.url).searchParams.get('X-Amz-Expires')).toBe('60');
    expect(Date.parse(json.data.expires_at)).toBe(world.clock.now() + 60_000);
    const got = await fetch(json.data.url);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await post('/storage-downloads', { bucket: 'd', key: 'a' }, { as: 'two' })).status).toBe(404);
    expect((await post('/storage-downloads', { bucket: 'd', key: 'none' })).status).toBe(404);
  });
});
