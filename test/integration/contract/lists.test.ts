import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Account, type Answer, newAccount } from '../../support/api-client.ts';
import { type RunningEngine, runEngine } from '../../support/engine.ts';
import { becomes } from '../../support/settled.ts';

interface Instance {
  id: string;
  name: string;
  status: string;
  zone: string;
}

const count = 25;
/** Upper case stands before lower case by code point. */
const nameOf = (n: number) => `${n % 2 ? 'b' : 'B'}-${String(n % 10)}-vm`;

describe('pages, sorting and filters of a list', () => {
  let engine: RunningEngine;
  let user: Account;
  let all: Instance[];

  beforeAll(async () => {
    engine = await runEngine();
    user = await newAccount(engine.url);
    const stranger = await newAccount(engine.url, 'stranger');
    await stranger.api.post('/instances', { name: 'B-0-vm', image: 'al2023' });
    for (let n = 0; n < count; n++)
      await user.api.post('/instances', {
        name: nameOf(n),
        image: 'al2023',
        tags: n % 5 ? { env: 'dev' } : { env: 'prod', 'a:b': 'c:d' },
      });
    all = (await user.api.get<Instance[]>('/instances')).data;
    for (const { id } of all) await becomes(user.api, id, 'RUNNING', 30_000);
    await user.api.post(`/instances/${all[0]?.id}/stop`);
    await becomes(user.api, String(all[0]?.id), 'STOPPED');
    all = (await user.api.get<Instance[]>('/instances')).data;
  });
  afterAll(() => engine?.stop());

  const list = (query: string) => user.api.get<Instance[]>(`/instances?${query}`);
  const pagination = ({ headers }: Answer) => JSON.parse(headers.get('x-pagination') ?? 'null');
  const ids = (items: readonly Instance[]) => items.map(({ id }) => id);

  it('without parameters is whole, and says nothing of pages; unknown parameters change nothing', async () => {
    for (const query of ['', 'unknown=1&limit=3&offset=2']) {
      const answer = await list(query);
      expect(answer.data).toHaveLength(count);
      expect(answer.headers.has('x-pagination')).toBe(false);
      expect(answer.headers.has('link')).toBe(false);
      expect(answer.body.meta).not.toHaveProperty('next_cursor');
    }
  });

  it('has pages of 20 by default, newest first', async () => {
    const first = await list('page=1');
    expect(ids(first.data)).toEqual(ids(all).slice(0, 20));
    expect(pagination(first)).toEqual({
      page: 1,
      pageSize: 20,
      total: count,
      totalPages: 2,
      sortBy: 'createdAt',
      sortDir: 'desc',
    });
    const second = await list('page=2');
    expect(ids(second.data)).toEqual(ids(all).slice(20));
    expect(second.body.meta).not.toHaveProperty('next_cursor');
    expect((await list('page=3')).data).toEqual([]);
  });

  it('follows cursors through every item once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await list(`pageSize=7${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      expect(answer.status).toBe(200);
      seen.push(...ids(answer.data));
      cursor = answer.body.meta.next_cursor;
    } while (cursor);
    expect(seen).toEqual(ids(all));
  });

  it.each([
    ['name', 'asc'],
    ['name', 'desc'],
    ['createdAt', 'asc'],
    ['state', 'asc'],
    ['state', 'desc'],
  ])('sorts by %s %s, the id breaking ties, and its cursors agree', async (sortBy, sortDir) => {
    const sortKeyOf = (one: Instance) =>
      sortBy === 'name' ? one.name : sortBy === 'state' ? one.status : one.id;
    const compare = (a: Instance, b: Instance) => {
      const [x, y] = [`${sortKeyOf(a)} ${a.id}`, `${sortKeyOf(b)} ${b.id}`];
      return (x < y ? -1 : 1) * (sortDir === 'asc' ? 1 : -1);
    };
    const query = `sortBy=${sortBy}&sortDir=${sortDir}&pageSize=10`;
    const paged: string[] = [];
    for (const page of [1, 2, 3]) {
      const answer = await list(`${query}&page=${page}`);
      expect(pagination(answer)).toMatchObject({ page, sortBy, sortDir, total: count });
      paged.push(...ids(answer.data));
    }
    expect(paged).toEqual(ids([...all].sort(compare)));
    const followed: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await list(`${query}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
      followed.push(...ids(answer.data));
      cursor = answer.body.meta.next_cursor;
    } while (cursor);
    expect(followed).toEqual(paged);
  });

  it.each<[string, (one: Instance) => boolean]>([
    ['state=stopped', ({ status }) => status === 'STOPPED'],
    ['state=RUNNING', ({ status }) => status === 'RUNNING'],
    ['state=ERROR', () => false],
    ['nodeId=us-east-1a', ({ zone }) => zone === 'us-east-1a'],
    ['nodeId=us-east-1z', () => false],
    ['q=b-3', ({ id, name }) => [id, name.toLowerCase()].some((one) => one.includes('b-3'))],
    ['tag=env:prod', ({ id }) => all.findIndex((one) => one.id === id) % 5 === (count - 1) % 5],
    ['tag=a:b:c:d', ({ id }) => all.findIndex((one) => one.id === id) % 5 === (count - 1) % 5],
    ['tag=env:none', () => false],
    ['state=running&q=vm&pageSize=50', ({ status }) => status === 'RUNNING'],
  ])('filters by %s, whole and in pages', async (query, expected) => {
    const wanted = ids(all.filter(expected));
    expect(ids((await list(query)).data)).toEqual(wanted);
    const page = await list(`${query.replace('&pageSize=50', '')}&page=1&pageSize=100`);
    expect(ids(page.data)).toEqual(wanted);
    expect(pagination(page)).toMatchObject({ total: wanted.length });
  });

  it('finds by a part of the id, in any case', async () => {
    const { id } = all[3] as Instance;
    expect(ids((await list(`q=${id.slice(-12).toUpperCase()}`)).data)).toEqual([id]);
  });

  it('refuses a cursor of another order or of another tenant', async () => {
    const { body } = await list('pageSize=5&sortBy=name');
    const cursor = encodeURIComponent(body.meta.next_cursor);
    const other = await list(`pageSize=5&sortBy=state&cursor=${cursor}`);
    expect([other.status, other.body.error?.details?.[0]?.path]).toEqual([400, 'cursor']);
    const stranger = await newAccount(engine.url, 'thief');
    const stolen = await stranger.api.get<Instance[]>(`/instances?pageSize=5&sortBy=name&cursor=${cursor}`);
    expect(stolen.status === 400 || stolen.data.length === 0).toBe(true);
  });
});
