import { describe, expect, it } from 'vitest';
import { served } from './harness.ts';
import { type Widgets, widgetRoutes, widgets } from './widgets.ts';

const seen: unknown[] = [];
const recording: Widgets = {
  ...widgets,
  create: async (caller, input) => {
    seen.push(input);
    return widgets.create(caller, input);
  },
};
const app = served(widgetRoutes, recording);
const headers = { 'X-API-Key': 'admin' };
const post = (body: unknown, more: Record<string, unknown> = {}) =>
  app.call({ path: '/widgets', method: 'POST', headers, body, ...more });

describe('a body', () => {
  it.each([
    ['as JSON', { headers: { ...headers, 'content-type': 'application/json' } }],
    [
      'as a form, which curl says by default',
      { headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['without a content type', {}],
    ['in base64', { base64: true }],
  ])('is read %s', async (_, more) => {
    seen.length = 0;
    expect((await post({ name: 'two', size: 3, unknown: true }, more)).statusCode).toBe(201);
    expect(seen).toEqual([{ name: 'two', size: 3 }]);
  });

  const deep = (levels: number) => `{"name":"a","deep":${'['.repeat(levels)}${']'.repeat(levels)}}`;

  it.each([
    ['is missing', undefined, [{ path: 'body', message: 'is required' }]],
    ['is empty', '', [{ path: 'body', message: 'is required' }]],
    ['is null', 'null', [{ path: 'body', message: 'must be an object' }]],
    ['is an array', '[]', [{ path: 'body', message: 'must be an object' }]],
    ['is not JSON', '{"name":', [{ path: 'body', message: 'must be valid JSON' }]],
    ['lacks a field', {}, [{ path: 'name', message: 'is required' }]],
    ['has an empty field', { name: '' }, [{ path: 'name', message: 'must not be empty' }]],
    ['has a wrong type', { name: 7 }, [{ path: 'name', message: 'must be a string' }]],
    [
      'has an over-long field',
      { name: 'x'.repeat(65) },
      [{ path: 'name', message: 'must have at most 64 characters' }],
    ],
    [
      'has an unknown enum',
      { name: 'a', color: 'blue' },
      [{ path: 'color', message: 'must be one of red, green' }],
    ],
    [
      'has a fraction for an integer',
      { name: 'a', size: 1.5 },
      [{ path: 'size', message: 'must be an integer' }],
    ],
    [
      'is wrong inside',
      { name: 'a', parts: [{ path: 'p' }, {}] },
      [{ path: 'parts.1.path', message: 'is required' }],
    ],
    [
      'is wrong in several places',
      { size: 0, color: 1 },
      [
        { path: 'name', message: 'is required' },
        { path: 'size', message: 'must be at least 1' },
        { path: 'color', message: 'must be one of red, green' },
      ],
    ],
    ['has a NUL', { name: 'a\0b' }, [{ path: 'name', message: 'must not contain NUL characters' }]],
    [
      'has a NUL in a field nobody reads',
      { name: 'a', x: { y: ['\0'] } },
      [{ path: 'x.y.0', message: 'must not contain NUL characters' }],
    ],
    [
      'has a lone surrogate',
      '{"name":"\\ud800"}',
      [{ path: 'name', message: 'must be well-formed Unicode' }],
    ],
    [
      'is nested too deeply',
      deep(32),
      [
        {
          path: expect.stringMatching(/^deep(\.0){31}$/),
          message: 'must not be nested more than 32 levels deep',
        },
      ],
    ],
    [
      'is nested without end',
      deep(200_000),
      [{ path: expect.stringMatching(/^deep/), message: 'must not be nested more than 32 levels deep' }],
    ],
    [
      'pollutes',
      '{"name":"a","x":{"__proto__":{"admin":true}}}',
      [{ path: 'x.__proto__', message: 'is not an allowed name' }],
    ],
    [
      'pollutes through a constructor',
      '{"name":"a","constructor":{"prototype":{}}}',
      [{ path: 'constructor', message: 'is not an allowed name' }],
    ],
  ])('that %s is refused', async (_, body, details) => {
    seen.length = 0;
    const answer = await post(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json.error).toMatchObject({ type: 'INVALID_INPUT', code: 'INVALID_INPUT', details });
    expect(seen).toEqual([]);
  });

  it('nested 32 levels deep is accepted', async () => {
    expect((await post(deep(31))).statusCode).toBe(201);
  });

  it('is never repeated in the refusal', async () => {
    const answer = await post({ name: ['hunter2-the-secret'], color: 'hunter2-the-secret' });
    expect(answer.body).not.toContain('hunter2');
  });

  it.each([
    ['at the limit', 1_048_576, 400],
    ['over the limit', 1_048_577, 413],
    ['over the limit in base64', 1_048_577, 413, true],
  ])('%s', async (_, bytes, status, base64 = false) => {
    const answer = await post('x'.repeat(bytes), { base64 });
    expect(answer.statusCode).toBe(status);
    if (status === 413) expect(answer.json.error.type).toBe('OBJECT_TOO_LARGE');
  });

  it('counts bytes, not characters', async () => {
    expect((await post('€'.repeat(349_526))).statusCode).toBe(413);
  });

  it('over the limit is refused where none is read', async () => {
    expect((await app.call({ path: '/bare', body: 'x'.repeat(1_048_577) })).statusCode).toBe(413);
  });
});

describe('path parameters', () => {
  const id = '0199A5D0-7C3E-7B1A-9F00-3F6C2F1E0A11';
  it.each([
    ['dashed', id],
    ['32 digits', id.replaceAll('-', '')],
    ['a URN', `urn:uuid:${id}`],
    ['in braces', `%7B${id}%7D`],
  ])('accept a UUID %s', async (_, text) => {
    const answer = await app.call({ path: `/strict/${text}`, headers });
    expect(answer.json.data.id).toBe(id.toLowerCase());
  });

  it.each([
    ['no UUID', '/strict/web-1', { path: 'id', message: 'must be a UUID' }],
    ['NUL', '/widgets/a%00', { path: 'id', message: 'must not contain NUL characters' }],
  ])('refuse %s', async (_, path, issue) => {
    const answer = await app.call({ path, headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json.error.details).toEqual([issue]);
  });

  it('refuse what can not be decoded', async () => {
    const answer = await app.call({ path: '/widgets/%zz', headers });
    expect(answer.statusCode).toBe(400);
    expect(answer.json.error.type).toBe('INVALID_INPUT');
  });

  it('are decoded', async () => {
    expect((await app.call({ path: '/widgets/a%3Ab', headers })).json.data.id).toBe('a:b');
  });
});

describe('a query', () => {
  const list = (query: string) => app.call({ path: '/widgets', query, headers });

  it.each([
    ['page=0', 'page'],
    ['page=-1', 'page'],
    ['page=1.5', 'page'],
    ['page=x', 'page'],
    ['page=', 'page'],
    ['page=1e3', 'page'],
    ['pageSize=0', 'pageSize'],
    ['pageSize=101', 'pageSize'],
    ['sortBy=size', 'sortBy'],
    ['sortBy=state', 'sortBy'],
    ['sortDir=up', 'sortDir'],
    ['page=1&cursor=abc', 'page'],
    ['cursor=', 'cursor'],
    [`q=${'x'.repeat(257)}`, 'q'],
    ['state=LOST', 'state'],
    ['page=1&page=2', 'page'],
    ['anything=1&anything=2', 'anything'],
    ['q=%00', 'q'],
  ])('%s is refused, naming %s', async (query, path) => {
    const answer = await list(query);
    expect(answer.statusCode).toBe(400);
    expect(answer.json.error.details.map((issue: { path: string }) => issue.path)).toEqual([path]);
  });

  it('with several bad values has all of them reported', async () => {
    const answer = await list('page=0&pageSize=0&state=LOST');
    expect(answer.json.error.details.map((issue: { path: string }) => issue.path).sort()).toEqual([
      'page',
      'pageSize',
      'state',
    ]);
  });

  it('with unknown parameters gives the full list', async () => {
    const answer = await list('foo=bar');
    expect(answer.json.data).toHaveLength(2);
    expect(answer.headers).not.toHaveProperty('X-Pagination');
  });

  it('can not reach a prototype', async () => {
    expect((await list('__proto__=1&constructor=2')).statusCode).toBe(200);
  });
});
