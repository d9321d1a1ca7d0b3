import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './harness.ts';

let world: World;
const keys = ['a.txt', 'logs/1', 'logs/2', 'logs/old/1', 'photos/cat', 'z', 'zürich/1', 'zürich/2', '😀/x'];

beforeAll(async () => {
  world = await startWorld();
  for (const key of [...keys].reverse()) {
    world.clock.time += 1_000;
    const path = `/storage/b/${encodeURIComponent(key)}`;
    await world.call({ method: 'PUT', path, body: Buffer.from(key) });
  }
});
afterAll(() => world.stop());

const list = async (query = '', bucket = 'b') => world.call({ path: `/storage/${bucket}`, query });
const namesOf = (data: { key?: string; prefix?: string }[]) =>
  data.map(({ key, prefix }) => key ?? `${prefix} …`);

/** Reads every page, and gives the names on each. */
const pages = async (query: string): Promise<string[][]> => {
  const found: string[][] = [];
  let cursor = '';
  do {
    const { json } = await list(`${query}${cursor && `&cursor=${cursor}`}`);
    found.push(namesOf(json.data));
    cursor = json.meta.next_cursor ?? '';
  } while (cursor);
  return found;
};

describe('the list of a bucket', () => {
  it('is everything, newest first, without parameters', async () => {
    const { json } = await list();
    expect(namesOf(json.data)).toEqual(keys);
    expect(json.meta).not.toHaveProperty('next_cursor');
  });

  it('of an unknown bucket is empty', async () => {
    expect((await list('', 'none')).json.data).toEqual([]);
  });

  it.each([
    ['a prefix', 'prefix=logs/', ['logs/1', 'logs/2', 'logs/old/1']],
    ['a prefix and a delimiter', 'prefix=logs/&delimiter=/', ['logs/1', 'logs/2', 'logs/old/ …']],
    ['a delimiter', 'delimiter=/', ['a.txt', 'logs/ …', 'photos/ …', 'z', 'zürich/ …', '😀/ …']],
    ['a prefix within a letter’s bytes', 'prefix=z%C3%BC', ['zürich/1', 'zürich/2']],
    ['a prefix of nothing', 'prefix=none', []],
    ['a longer delimiter', 'delimiter=ld/', ['a.txt', 'logs/1', 'logs/2', 'logs/old/ …', ...keys.slice(4)]],
  ])('with %s is in the order of the keys', async (_, query, expected) => {
    expect(namesOf((await list(query)).json.data)).toEqual(expected);
  });

  it.each([1, 2, 3, 4, 9])('in pages of %i is the same list', async (size) => {
    const whole = await pages(`pageSize=${size}`);
    expect(whole.flat()).toEqual(keys);
    expect(whole.every((page) => page.length <= size)).toBe(true);
    const folded = await pages(`pageSize=${size}&delimiter=/`);
    expect(folded.flat()).toEqual(['a.txt', 'logs/ …', 'photos/ …', 'z', 'zürich/ …', '😀/ …']);
  });

  it('leaves out what is deleted', async () => {
    await world.call({ method: 'PUT', path: '/storage/gone/x', body: Buffer.from('x') });
    await world.call({ method: 'PUT', path: '/storage/gone/y', body: Buffer.from('y') });
    await world.call({ method: 'DELETE', path: '/storage/gone/x' });
    expect(namesOf((await list('pageSize=1', 'gone')).json.data)).toEqual(['y']);
    expect(namesOf((await list('', 'gone')).json.data)).toEqual(['y']);
  });

  it.each([
    ['a cursor of nobody', 'cursor=bm9ib2R5&prefix=logs/', 'cursor'],
    ['a cursor of another list', 'cursor=eyJhIjoxfQ', 'cursor'],
    ['a cursor that is no text', 'cursor=%2F%2F%2F', 'cursor'],
    ['a page by number', 'page=2', 'page'],
    ['a search', 'q=cat', 'q'],
    ['a long prefix', `prefix=${'x'.repeat(513)}`, 'prefix'],
    ['an empty delimiter', 'delimiter=', 'delimiter'],
    ['a page of nothing', 'pageSize=0', 'pageSize'],
  ])('refuses %s', async (_, query, field) => {
    const { status, json } = await list(query);
    expect([status, json.error.details[0].path]).toEqual([400, field]);
  });
});
