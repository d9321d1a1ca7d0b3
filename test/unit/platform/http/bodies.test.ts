import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type Route, route } from '../../../../lib/platform/http/route.ts';
import { served } from './harness.ts';

interface Box {
  take(body: unknown): void;
}

const declare = route<{ box: Box }>();
const Taken = z.object({ pending: z.boolean() });
const maxBytes = 1_100_000;

const routes = [
  declare({
    method: 'POST',
    path: '/forms',
    permission: 'public',
    summary: 'Take a form',
    idempotent: { exempt: 'a test' },
    rateLimit: 'none',
    body: z.object({ name: z.string(), code: z.string() }),
    bodyKind: 'form',
    maxBodyBytes: maxBytes,
    responds: { status: 200, body: Taken },
    handle: async ({ body }, { box }) => {
      box.take(body);
      return { pending: false };
    },
  }),
  declare({
    method: 'POST',
    path: '/raw',
    permission: 'public',
    summary: 'Take bytes',
    idempotent: { exempt: 'a test' },
    rateLimit: 'none',
    body: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    bodyKind: 'raw',
    maxBodyBytes: 10,
    responds: { status: 200, body: Taken, accepted: ({ pending }) => pending },
    handle: async ({ body }, { box }) => {
      box.take(body);
      return { pending: body.length > 5 };
    },
  }),
] as unknown as Route<{ box: Box }>[];

const taken: unknown[] = [];
const app = served(routes, { box: { take: (body) => taken.push(body) } });
const boundary = 'XXboundaryXX';
const part = (name: string, value: string, file = '') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file && `; filename="${file}"`}\r\n\r\n${value}\r\n`;
const end = `--${boundary}--\r\n`;
const form = (body: string, type = `multipart/form-data; boundary=${boundary}`) =>
  app.call({
    path: '/forms',
    method: 'POST',
    headers: { 'content-type': type },
    body: Buffer.from(body, 'latin1').toString('latin1'),
    base64: false,
  });

describe('a form', () => {
  it('is what JSON would be, its files in base64', async () => {
    taken.length = 0;
    const answer = await form(part('name', 'x') + part('code', 'PK', 'code.zip') + end);
    expect(answer.statusCode).toBe(200);
    expect(taken).toEqual([{ name: 'x', code: Buffer.from('PK').toString('base64') }]);
  });

  it('may be JSON instead', async () => {
    taken.length = 0;
    expect((await form('{"name":"x","code":"UEs="}', 'application/json')).statusCode).toBe(200);
    expect(taken).toEqual([{ name: 'x', code: 'UEs=' }]);
  });

  it.each([
    ['is cut off', part('name', 'x') + part('code', 'PK', 'code.zip'), undefined],
    ['has no boundary', 'x', 'multipart/form-data;'],
    ['holds a name twice', part('name', 'x') + part('name', 'y') + end, undefined],
    ['lacks a field', part('name', 'x') + end, undefined],
    [
      'has too many fields',
      Array.from({ length: 60 }, (_, i) => part(`f${i}`, '')).join('') + end,
      undefined,
    ],
    ['has a field that is too long', part('name', 'x'.repeat(70_000)) + end, undefined],
  ])('that %s, is refused', async (_, body, type) => {
    const answer = await form(body, type);
    expect([answer.statusCode, answer.json.error.type]).toEqual([400, 'INVALID_INPUT']);
  });

  it('may be larger than other bodies, up to its bound', async () => {
    const large = (bytes: number) =>
      `{"name":"x","code":"${'A'.repeat(bytes - '{"name":"x","code":""}'.length)}"}`;
    expect((await form(large(maxBytes), 'application/json')).statusCode).toBe(200);
    expect((await form(large(maxBytes + 1), 'application/json')).statusCode).toBe(413);
  });
});

describe('a raw body', () => {
  const raw = (body: string | undefined, base64 = false) =>
    app.call({ path: '/raw', method: 'POST', body, base64 });

  it.each([
    ['text', 'a"{', false, 'a"{'],
    ['base64', 'a\u00e9', true, 'a\u00e9'],
    ['nothing', undefined, false, ''],
  ])('comes as the bytes of %s', async (_, body, base64, bytes) => {
    taken.length = 0;
    expect((await raw(body, base64)).statusCode).toBe(200);
    expect(Buffer.from(taken[0] as Uint8Array).toString('utf8')).toBe(bytes);
  });

  it('has the bound of its own route, in bytes', async () => {
    expect((await raw('0123456789')).statusCode).toBe(202);
    expect((await raw('0123456789x')).statusCode).toBe(413);
    expect((await raw('\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9')).statusCode).toBe(413);
  });

  it('is answered with 202 where its work is yet to be done', async () => {
    expect((await raw('123456')).statusCode).toBe(202);
    expect((await raw('12345')).statusCode).toBe(200);
  });
});
