import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copySourceOf } from '../../../../lib/services/objects/copy-source.ts';
import { headKey } from '../../../../lib/services/objects/keys.ts';
import { maxCopyBytes } from '../../../../lib/services/objects/limits.ts';
import { startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ objects: 100, object_bytes: 1_000 });
});
afterAll(() => world.stop());

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const put = (path: string, body: Uint8Array | string, as = 'one', headers: Record<string, string> = {}) =>
  world.call({ method: 'PUT', path: `/storage/${path}`, body: Buffer.from(body as string), headers, as });
const copy = (source: string, to: string, as = 'one', headers: Record<string, string> = {}) =>
  world.call({
    method: 'PUT',
    path: `/storage/${to}`,
    headers: { 'X-Copy-Source': source, ...headers },
    as,
  });
const bytesOf = async (path: string, as = 'one') =>
  (await world.call({ path: `/storage/${path}`, as })).bytes;

describe('a copy', () => {
  it('has the bytes and the type of its source, and is an object of its own', async () => {
    await put('a/käse 1', everyByte, 'one', { 'Content-Type': 'image/png' });
    const answer = await copy('/a/k%C3%A4se%201', 'b/copy');
    expect(answer.status).toBe(201);
    expect(answer.json.data).toMatchObject({
      bucket: 'b',
      key: 'copy',
      size_bytes: 256,
      content_type: 'image/png',
    });
    await world.call({ method: 'DELETE', path: '/storage/a/k%C3%A4se%201', query: 'permanent=true' });
    world.clock.time += 1_000;
    await world.clear();
    expect((await bytesOf('b/copy')).equals(everyByte)).toBe(true);
    expect(await world.audit()).toEqual([]);
  });

  it('can be of a version, and written over its own object', async () => {
    const { version_id } = (await put('v/x', 'first')).json.data;
    await put('v/x', 'second');
    expect((await copy(`v/x?version_id=${version_id}`, 'v/x')).status).toBe(201);
    expect(String(await bytesOf('v/x'))).toBe('first');
  });

  it('is refused where there is no such source: of another tenant, deleted, of another object', async () => {
    const { version_id } = (await put('own/x', 'x')).json.data;
    await put('own/other', 'x');
    await put('own/gone', 'x');
    await world.call({ method: 'DELETE', path: '/storage/own/gone' });
    const kept = world.kept().length;
    for (const [source, as] of [
      ['/own/x', 'two'],
      [`/own/x?version_id=${version_id}`, 'two'],
      ['/own/gone', 'one'],
      [`/own/other?version_id=${version_id}`, 'one'],
    ] as const) {
      const { status, json } = await copy(source, 'own/copy', as);
      expect([status, json.error.type]).toEqual([404, 'OBJECT_NOT_FOUND']);
    }
    expect(world.kept().length).toBe(kept);
  });

  it('keeps the conditions and the quota of what it is written to', async () => {
    await put('q/x', 'x'.repeat(400), 'quota');
    await put('q/there', 'y', 'quota');
    const refused = await copy('/q/x', 'q/there', 'quota', { 'If-None-Match': '*' });
    expect([refused.status, refused.json.error.type]).toEqual([412, 'PRECONDITION_FAILED']);
    expect((await copy('/q/x', 'q/1', 'quota')).status).toBe(201);
    const full = await copy('/q/x', 'q/2', 'quota');
    expect([full.status, full.json.error.type]).toEqual([429, 'RESOURCE_LIMIT_EXCEEDED']);
  });

  it('is not made of what is too large for a request', async () => {
    await put('large/x', 'x');
    await world.tables.write({
      update: headKey('tenant-one', 'large', 'x'),
      set: { size_bytes: maxCopyBytes + 1 },
    });
    const { status, json } = await copy('/large/x', 'large/y');
    expect([status, json.error.type]).toEqual([413, 'OBJECT_TOO_LARGE']);
    await world.tables.write({ update: headKey('tenant-one', 'large', 'x'), set: { size_bytes: 1 } });
  });

  it('takes no body beside its source', async () => {
    const { status, json } = await put('b/x', 'body', 'one', { 'X-Copy-Source': '/a/b' });
    expect([status, json.error.details[0].path]).toEqual([400, 'body']);
  });
});

describe('the source of a copy', () => {
  it.each([
    ['/b/k', { bucket: 'b', key: 'k' }],
    ['b/k/l', { bucket: 'b', key: 'k/l' }],
    ['/b%20c/%F0%9F%98%80%2Fx', { bucket: 'b c', key: '😀/x' }],
    ['/b/k%3Fq', { bucket: 'b', key: 'k?q' }],
    ['/b//k', { bucket: 'b', key: '/k' }],
  ])('%s is an object', (header, name) => {
    expect(copySourceOf(header).name).toEqual(name);
  });

  it.each([
    '',
    '/',
    '/b',
    '/b/',
    '//k',
    '/b/%',
    '/b/%ff',
    '/b/../c',
    '/b/%2e%2e/c',
    '/b%2Fc/k',
    '/./k',
    '/b/a%00',
    '/b/k?version_id=x',
    '/b/k?other=1',
    `/b/${'k'.repeat(513)}`,
    `/${'b'.repeat(256)}/k`,
  ])('%j is none', (header) => {
    expect(() => copySourceOf(header)).toThrowError(/^x-copy-source: /);
  });
});
