import { describe, expect, it } from 'vitest';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import type { Route } from '../../../../lib/platform/http/route.ts';
import { served } from './harness.ts';
import { type Widgets, widgetRoutes, widgets } from './widgets.ts';

const headers = { 'X-API-Key': 'admin' };
const seen: ListRequest[] = [];
const more: Widgets = {
  ...widgets,
  list: async (caller, request) => {
    seen.push(request);
    return { ...(await widgets.list(caller, request)), nextCursor: 'next-cursor' };
  },
};

describe('a list request', () => {
  it.each([
    ['', { paged: false, page: undefined, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' }],
    ['state=RUNNING', { paged: false, page: undefined, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' }],
    ['page=3', { paged: true, page: 3, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' }],
    ['pageSize=100', { paged: true, page: 1, pageSize: 100, sortBy: 'createdAt', sortDir: 'desc' }],
    ['sortBy=name&sortDir=asc', { paged: true, page: 1, pageSize: 20, sortBy: 'name', sortDir: 'asc' }],
    [
      'cursor=abc&pageSize=5',
      { paged: true, page: undefined, pageSize: 5, sortBy: 'createdAt', sortDir: 'desc', cursor: 'abc' },
    ],
    ['q=Web', { paged: true, page: 1, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc', q: 'Web' }],
    ['q=', { paged: true, page: 1, pageSize: 20, sortBy: 'createdAt', sortDir: 'desc' }],
  ])('?%s', async (query, expected) => {
    seen.length = 0;
    await served(widgetRoutes, more).call({ path: '/widgets', query, headers });
    expect(seen).toEqual([expected]);
  });
});

describe('a list whose route has an order of its own', () => {
  const ordered = widgetRoutes.map((route) =>
    route.list ? { ...route, list: { ...route.list, order: { sortBy: 'name', sortDir: 'asc' } } } : route,
  ) as typeof widgetRoutes;

  it.each([
    ['', { paged: false, sortBy: 'name', sortDir: 'asc' }],
    ['page=1', { paged: true, sortBy: 'name', sortDir: 'asc' }],
    ['sortBy=createdAt&sortDir=desc', { paged: true, sortBy: 'createdAt', sortDir: 'desc' }],
  ])('is asked for in it by ?%s unless another is named', async (query, expected) => {
    seen.length = 0;
    await served(ordered, more).call({ path: '/widgets', query, headers });
    expect(seen).toEqual([expect.objectContaining(expected)]);
  });
});

describe('a list answer', () => {
  it('has its page in X-Pagination, and where it goes on in meta', async () => {
    const answer = await served(widgetRoutes, more).call({ path: '/widgets', query: 'page=1', headers });
    expect(JSON.parse(String(answer.headers['X-Pagination']))).toEqual({
      page: 1,
      pageSize: 20,
      total: 2,
      totalPages: 1,
      sortBy: 'createdAt',
      sortDir: 'desc',
    });
    expect(answer.json.meta.next_cursor).toBe('next-cursor');
    expect(answer.headers).not.toHaveProperty('Link');
  });

  it('without paging parameters has a Link to the rest, filters kept', async () => {
    const answer = await served(widgetRoutes, more).call({
      path: '/widgets',
      query: 'state=RUNNING',
      headers,
    });
    expect(answer.headers.Link).toBe('</widgets?state=RUNNING&cursor=next-cursor&pageSize=100>; rel="next"');
  });

  it('without more has neither', async () => {
    const answer = await served(widgetRoutes, widgets).call({ path: '/widgets', headers });
    expect(answer.json.meta).not.toHaveProperty('next_cursor');
    expect(answer.headers).not.toHaveProperty('Link');
  });

  it('that is bare says where it goes on in Link alone', async () => {
    const bare = widgetRoutes.map((route) =>
      route.list ? { ...route, shape: 'bare' } : route,
    ) as Route<Widgets>[];
    const answer = await served(bare, more).call({ path: '/widgets', query: 'page=1&pageSize=2', headers });
    expect(answer.json).toHaveLength(2);
    expect(answer.headers.Link).toBe('</widgets?pageSize=2&cursor=next-cursor>; rel="next"');
  });
});
