import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMilliseconds, hourMilliseconds } from '../../../../lib/services/objects/limits.ts';
import { startWorld, type World } from './harness.ts';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const put = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}, as = 'one') =>
  world.call({ method: 'PUT', path, body: Buffer.from(body as string), headers, as });
const get = (path: string, headers: Record<string, string> = {}, query = '', as = 'one') =>
  world.call({ path, headers, query, as });

describe('an object', () => {
  it('is answered as the contract has it', async () => {
    const answer = await put('/storage/photos/cat.png', 'meow', { 'Content-Type': 'image/png' });
    expect(answer.status).toBe(201);
    expect(answer.json.data).toMatchObject({
      user_id: 'user-one',
      arn: 'arn:thecloud:storage:local:default:object/photos/cat.png',
      bucket: 'photos',
      key: 'cat.png',
      size_bytes: 4,
      content_type: 'image/png',
      etag: '"4a4be40c96ac6314e91d93f38043a634"',
    });
    expect(answer.json.data).not.toHaveProperty('deleted_at');
    expect(answer.json.data.id).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    'application/json',
    'application/octet-stream',
    'text/plain',
    'application/x-www-form-urlencoded',
  ])('gives every byte value back, sent as %s', async (type) => {
    await put('/storage/bytes/all', everyByte, { 'Content-Type': type });
    const answer = await get('/storage/bytes/all');
    expect(answer.status).toBe(200);
    expect(answer.bytes.equals(everyByte)).toBe(true);
  });

  it('is downloaded as an attachment with its type, length and name', async () => {
    await put('/storage/photos/cat.png', 'meow', { 'Content-Type': 'image/png' });
    const { headers } = await get('/storage/photos/cat.png', { 'Accept-Encoding': 'gzip' });
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-length': '4',
      'content-disposition': 'attachment; filename=cat.png',
      etag: '"4a4be40c96ac6314e91d93f38043a634"',
      'accept-ranges': 'bytes',
    });
    expect(headers).not.toHaveProperty('content-encoding');
  });

  it.each([
    [
      'the Go SDK, which calls every file JSON',
      'application/json',
      'go-resty/2.17',
      'application/octet-stream',
    ],
    ['somebody who means JSON', 'application/json', 'curl/8', 'application/json'],
    [
      'curl, which calls every file a form',
      'application/x-www-form-urlencoded',
      'curl/8',
      'application/octet-stream',
    ],
    ['nobody who says a type', undefined, 'curl/8', 'application/octet-stream'],
    ['somebody with parameters', 'text/plain; charset=utf-8', 'curl/8', 'text/plain; charset=utf-8'],
  ])('from %s has a type that it can be told by', async (_, type, agent, kept) => {
    const headers = { 'User-Agent': agent, ...(type && { 'Content-Type': type }) };
    const answer = await put('/storage/types/one', 'x', headers);
    expect(answer.json.data.content_type).toBe(kept);
  });

  it('says to HEAD what a download would, and no bytes', async () => {
    const { version_id } = (await put('/storage/head/a.txt', 'first', { 'Content-Type': 'text/plain' })).json
      .data;
    await put('/storage/head/a.txt', 'second one', { 'Content-Type': 'text/html' });
    const head = (query = '', headers = {}, path = '/storage/head/a.txt') =>
      world.call({ method: 'HEAD', path, query, headers });
    const sizes = { '': '10', [`version_id=${version_id}`]: '5' };
    for (const [query, size] of Object.entries(sizes)) {
      const [answer, whole] = [await head(query), await get('/storage/head/a.txt', {}, query)];
      expect([answer.status, answer.bytes.length]).toEqual([200, 0]);
      const { 'x-object-size': own, ...others } = answer.headers;
      const ofOneAnswer = (name: string) => name === 'x-request-id' || name.startsWith('x-ratelimit-');
      const same = ([name]: [string, string]) => !ofOneAnswer(name);
      expect(own).toBe(size);
      expect(Object.entries(others).filter(same)).toEqual(Object.entries(whole.headers).filter(same));
    }
    const { etag = '' } = (await head()).headers;
    expect((await head('', { 'If-None-Match': etag })).status).toBe(304);
    expect((await head('', { 'If-Match': '"other"' })).status).toBe(412);
    expect((await head('', {}, '/storage/head/none')).status).toBe(404);
    expect((await head('', {}, '/storage/head/../a.txt')).status).toBe(400);
  });

  it('can be empty', async () => {
    expect((await put('/storage/bytes/none', '')).json.data.size_bytes).toBe(0);
    const answer = await get('/storage/bytes/none');
    expect([answer.status, answer.bytes.length, answer.headers['content-length']]).toEqual([200, 0, '0']);
  });

  it('keeps its id when it is written over, and gives the new bytes', async () => {
    const first = await put('/storage/over/a', 'one');
    const second = await put('/storage/over/a', 'two!');
    expect(second.json.data.id).toBe(first.json.data.id);
    expect(second.json.data.created_at).toBe(first.json.data.created_at);
    expect(String((await get('/storage/over/a')).bytes)).toBe('two!');
  });

  it('is gone once deleted, and comes to life again with the next PUT', async () => {
    const { id } = (await put('/storage/life/a', 'one')).json.data;
    expect((await world.call({ method: 'DELETE', path: '/storage/life/a' })).status).toBe(204);
    const absent = await get('/storage/life/a');
    expect([absent.status, absent.json.error.type]).toEqual([404, 'OBJECT_NOT_FOUND']);
    expect((await get('/storage/life')).json.data).toEqual([]);
    const again = await world.call({ method: 'DELETE', path: '/storage/life/a' });
    expect([again.status, again.json.error.type]).toEqual([404, 'OBJECT_NOT_FOUND']);
    expect((await put('/storage/life/a', 'two')).json.data.id).toBe(id);
    expect(String((await get('/storage/life/a')).bytes)).toBe('two');
  });

  it('of another tenant is like one that never was, and theirs of the same name is their own', async () => {
    await put('/storage/mine/a', 'one');
    const ours = await get('/storage/nobody/a', {}, '', 'two');
    const theirs = await get('/storage/mine/a', {}, '', 'two');
    expect([theirs.status, theirs.json.error]).toEqual([ours.status, ours.json.error]);
    expect((await get('/storage/mine', {}, '', 'two')).json.data).toEqual([]);
    expect((await world.call({ method: 'DELETE', path: '/storage/mine/a', as: 'two' })).status).toBe(404);
    await put('/storage/mine/a', 'two', {}, 'two');
    expect(String((await get('/storage/mine/a')).bytes)).toBe('one');
    expect(String((await get('/storage/mine/a', {}, '', 'two')).bytes)).toBe('two');
  });

  it('over the limit in band is refused, with the way that it can take', async () => {
    const answer = await put('/storage/large/a', Buffer.alloc(4_500_001));
    expect(answer.status).toBe(413);
    expect(answer.json.error.type).toBe('OBJECT_TOO_LARGE');
    expect(answer.json.error.message).toContain('POST /storage-uploads');
    expect((await put('/storage/large/a', Buffer.alloc(4_500_000))).status).toBe(201);
    expect((await get('/storage/large/a')).bytes.length).toBe(4_500_000);
  });
});

describe('a part of an object', () => {
  beforeAll(() => put('/storage/range/a', '0123456789'));

  it.each([
    ['the first bytes', 'bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['from the middle on', 'bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['the last bytes', 'bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['more than there is', 'bytes=8-99', 206, '89', 'bytes 8-9/10'],
    ['a longer end than there is', 'bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['several parts, which is the whole', 'bytes=0-1,4-5', 200, '0123456789', undefined],
    ['another unit, which is the whole', 'lines=0-1', 200, '0123456789', undefined],
    ['backwards, which is the whole', 'bytes=5-2', 200, '0123456789', undefined],
  ])('is %s', async (_, range, status, text, contentRange) => {
    const answer = await get('/storage/range/a', { Range: range });
    expect([answer.status, String(answer.bytes), answer.headers['content-range']]).toEqual([
      status,
      text,
      contentRange,
    ]);
  });

  it.each(['bytes=10-', 'bytes=-0', 'bytes=99-100'])('can not begin behind its end: %s', async (range) => {
    const answer = await get('/storage/range/a', { Range: range });
    expect([answer.status, answer.json.error.type]).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
  });
});

describe('conditions', () => {
  it('let a download be skipped that the caller has already', async () => {
    const { etag } = (await put('/storage/if/a', 'one')).json.data;
    for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const answer = await get('/storage/if/a', { 'If-None-Match': given });
      expect([answer.status, answer.bytes.length, answer.headers.etag]).toEqual([304, 0, etag]);
    }
    expect((await get('/storage/if/a', { 'If-None-Match': '"x"' })).status).toBe(200);
    expect((await get('/storage/if/a', { 'If-Match': '"x"' })).status).toBe(412);
    expect((await get('/storage/if/a', { 'If-Match': etag })).status).toBe(200);
  });

  it('let an upload only be the first one', async () => {
    const once = { 'If-None-Match': '*' };
    expect((await put('/storage/if/new', 'one', once)).status).toBe(201);
    const second = await put('/storage/if/new', 'two', once);
    expect([second.status, second.json.error.type]).toEqual([412, 'PRECONDITION_FAILED']);
    expect(String((await get('/storage/if/new')).bytes)).toBe('one');
    await world.call({ method: 'DELETE', path: '/storage/if/new' });
    expect((await put('/storage/if/new', 'three', once)).status).toBe(201);
  });

  it('let only one of many at once write the first', async () => {
    const writers = Array.from({ length: 8 }, (_, writer) =>
      put('/storage/if/race', `${writer}`, { 'If-None-Match': '*' }),
    );
    const statuses = (await Promise.all(writers)).map(({ status }) => status).sort();
    expect(statuses).toEqual([201, 412, 412, 412, 412, 412, 412, 412]);
  });

  it('let an upload and a delete hold for one version only', async () => {
    const { etag } = (await put('/storage/if/b', 'one')).json.data;
    expect((await put('/storage/if/absent', 'x', { 'If-Match': '*' })).status).toBe(412);
    expect((await put('/storage/if/b', 'two', { 'If-Match': etag })).status).toBe(201);
    expect((await put('/storage/if/b', 'three', { 'If-Match': etag })).status).toBe(412);
    const remove = (given: string) =>
      world.call({ method: 'DELETE', path: '/storage/if/b', headers: { 'If-Match': given } });
    expect((await remove(etag)).status).toBe(412);
    expect((await remove((await get('/storage/if/b')).headers.etag as string)).status).toBe(204);
  });
});

describe('versions', () => {
  const versionsOf = async (bucket: string, key: string, as = 'one') =>
    (await world.call({ path: '/storage-versions', query: `bucket=${bucket}&key=${key}`, as })).json;

  it('are kept of what was written over, newest first, and can be read', async () => {
    for (const text of ['one', 'two', 'three']) await put('/storage/v/a', text);
    const { data } = await versionsOf('v', 'a');
    expect(data.map((version: { size_bytes: number }) => version.size_bytes)).toEqual([5, 3, 3]);
    expect(data.map((version: { is_current: boolean }) => version.is_current)).toEqual([true, false, false]);
    const oldest = await get('/storage/v/a', {}, `version_id=${data[2].id}`);
    expect(String(oldest.bytes)).toBe('one');
  });

  it('are restored, and nothing is copied for it', async () => {
    await put('/storage/v/b', 'one');
    await put('/storage/v/b', 'two');
    const kept = world.kept().length;
    const [, first] = (await versionsOf('v', 'b')).data;
    const restore = () =>
      world.call({
        method: 'POST',
        path: `/storage-versions/${first.id}/restore`,
        body: { bucket: 'v', key: 'b' },
      });
    expect((await restore()).json.data.version_id).toBe(first.id);
    expect((await restore()).status).toBe(200);
    expect(String((await get('/storage/v/b')).bytes)).toBe('one');
    expect(world.kept().length).toBe(kept);
  });

  it('bring a deleted object back', async () => {
    await put('/storage/v/c', 'one');
    await world.call({ method: 'DELETE', path: '/storage/v/c' });
    const [last] = (await versionsOf('v', 'c')).data;
    expect(last.is_current).toBe(false);
    const answer = await world.call({
      method: 'POST',
      path: `/storage-versions/${last.id}/restore`,
      body: { bucket: 'v', key: 'c' },
    });
    expect(answer.json.data).not.toHaveProperty('deleted_at');
    world.clock.time += 8 * dayMilliseconds;
    await world.clear();
    expect(String((await get('/storage/v/c')).bytes)).toBe('one');
  });

  it('beyond eleven let the oldest go, never the present one', async () => {
    await put('/storage/v/d', 'first');
    const first = (await versionsOf('v', 'd')).data[0].id;
    for (let count = 0; count < 10; count++) await put('/storage/v/d', `${count}`);
    await world.call({
      method: 'POST',
      path: `/storage-versions/${first}/restore`,
      body: { bucket: 'v', key: 'd' },
    });
    await put('/storage/v/d', 'last');
    const { data } = await versionsOf('v', 'd');
    expect(data.length).toBe(11);
    expect(data.map(({ id }: { id: string }) => id)).toContain(first);
    await world.clear();
    expect(String((await get('/storage/v/d', {}, `version_id=${first}`)).bytes)).toBe('first');
  });

  it('are deleted for good one by one, but the present one', async () => {
    await put('/storage/v/e', 'one');
    await put('/storage/v/e', 'two');
    const [present, old] = (await versionsOf('v', 'e')).data;
    const remove = (id: string) =>
      world.call({ method: 'DELETE', path: '/storage/v/e', query: `version_id=${id}` });
    expect((await remove(present.id)).status).toBe(409);
    expect((await remove(old.id)).status).toBe(204);
    expect((await remove(old.id)).status).toBe(404);
    await world.clear();
    expect(world.kept().some((key) => key.endsWith(old.id))).toBe(false);
  });

  it('are shown to their tenant alone', async () => {
    const { version_id } = (await put('/storage/v/f', 'one')).json.data;
    expect((await versionsOf('v', 'f', 'two')).error.type).toBe('OBJECT_NOT_FOUND');
    await put('/storage/v/f', 'theirs', {}, 'two');
    const stolen = await get('/storage/v/f', {}, `version_id=${version_id}`, 'two');
    expect(stolen.status).toBe(404);
    const restored = await world.call({
      method: 'POST',
      path: `/storage-versions/${version_id}/restore`,
      body: { bucket: 'v', key: 'f' },
      as: 'two',
    });
    expect(restored.status).toBe(404);
  });
});

describe('what is deleted', () => {
  it('is cleared away after a week, with its versions and its bytes', async () => {
    const tenant = 'cleared';
    await put('/storage/c/a', 'one', {}, tenant);
    await put('/storage/c/a', 'two', {}, tenant);
    await world.call({ method: 'DELETE', path: '/storage/c/a', as: tenant });
    const bytesOf = () => world.kept().filter((key) => key.startsWith(`tenant-${tenant}/`)).length;
    world.clock.time += 7 * dayMilliseconds - hourMilliseconds;
    await world.clear();
    expect(bytesOf()).toBe(2);
    world.clock.time += 2 * hourMilliseconds;
    await world.clear();
    await world.clear();
    expect(bytesOf()).toBe(0);
    const versions = await world.call({ path: '/storage-versions', query: 'bucket=c&key=a', as: tenant });
    expect(versions.status).toBe(404);
    expect(world.failures).toEqual([]);
  });

  it('for good is cleared away by the next sweeps, deleted before or not', async () => {
    const tenant = 'permanent';
    for (const key of ['a', 'b']) await put(`/storage/c/${key}`, key, {}, tenant);
    await world.call({ method: 'DELETE', path: '/storage/c/b', as: tenant });
    for (const key of ['a', 'b']) {
      const sent = { method: 'DELETE', path: `/storage/c/${key}`, query: 'permanent=true', as: tenant };
      expect((await world.call(sent)).status).toBe(204);
    }
    await world.clear();
    await world.clear();
    expect(world.kept().filter((key) => key.startsWith(`tenant-${tenant}/`))).toEqual([]);
  });
});
