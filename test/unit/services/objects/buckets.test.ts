import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMilliseconds } from '../../../../lib/services/objects/limits.ts';
import { startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const put = (as: string, path: string, text: string) =>
  world.call({ method: 'PUT', path: `/storage/${path}`, body: Buffer.from(text), as });
const remove = (as: string, path: string, query = '') =>
  world.call({ method: 'DELETE', path: `/storage/${path}`, query, as });
const list = (as: string, query = '') => world.call({ path: '/storage', query, as });
const bucketsOf = async (as: string) => (await list(as)).json.data;

describe('the list of buckets', () => {
  it('says what each holds, through overwriting, deleting and restoring', async () => {
    const as = 'changing';
    expect(await bucketsOf(as)).toEqual([]);
    const { version_id } = (await put(as, 'b/one', '12345')).json.data;
    await put(as, 'a/x', 'x');
    await put(as, 'b/two', '123');
    expect(await bucketsOf(as)).toEqual([
      { name: 'a', objects: 1, size_bytes: 1 },
      { name: 'b', objects: 2, size_bytes: 8 },
    ]);
    await put(as, 'b/one', '1');
    await remove(as, 'b/two');
    await remove(as, 'a/x');
    expect(await bucketsOf(as)).toEqual([{ name: 'b', objects: 1, size_bytes: 1 }]);
    const path = `/storage-versions/${version_id}/restore`;
    await world.call({ method: 'POST', path, body: { bucket: 'b', key: 'one' }, as });
    await put(as, 'a/x', 'again');
    expect(await bucketsOf(as)).toEqual([
      { name: 'a', objects: 1, size_bytes: 5 },
      { name: 'b', objects: 1, size_bytes: 5 },
    ]);
    expect(await world.audit()).toEqual([]);
  });

  it('forgets a bucket whose last object is cleared away, and knows it again with the next', async () => {
    const as = 'forgetting';
    await put(as, 'b/one', '12345');
    await put(as, 'b/two', '1');
    await remove(as, 'b/one', 'permanent=true');
    world.clock.time += 1_000;
    await world.clear();
    expect(await bucketsOf(as)).toEqual([{ name: 'b', objects: 1, size_bytes: 1 }]);
    await remove(as, 'b/two');
    world.clock.time += 8 * dayMilliseconds;
    await world.clear();
    expect(await bucketsOf(as)).toEqual([]);
    await put(as, 'b/three', '123');
    expect(await bucketsOf(as)).toEqual([{ name: 'b', objects: 1, size_bytes: 3 }]);
    expect(await world.audit()).toEqual([]);
  });

  it('counts right when many write and delete at the same time', async () => {
    const as = 'racing';
    await Promise.all(Array.from({ length: 12 }, (_, n) => put(as, `b/${n % 4}`, 'x'.repeat(n + 1))));
    await Promise.all([remove(as, 'b/0'), remove(as, 'b/1'), put(as, 'b/2', 'new')]);
    expect(await world.audit()).toEqual([]);
  });

  it('comes in pages by cursor, either way, and to its owner alone', async () => {
    const as = 'paging';
    const names = ['a', 'b', 'c/é'.replace('/', '-'), 'd', 'ü'];
    for (const name of names) await put(as, `${encodeURIComponent(name)}/k`, 'x');
    await put(as, 'between/k', 'x');
    await remove(as, 'between/k');
    for (const [direction, expected] of [
      ['asc', names],
      ['desc', [...names].reverse()],
    ] as const) {
      const found: string[] = [];
      let cursor = '';
      do {
        const { json } = await list(
          as,
          `sortBy=name&sortDir=${direction}&pageSize=2${cursor && `&cursor=${cursor}`}`,
        );
        expect(json.data.length).toBeLessThanOrEqual(2);
        found.push(...json.data.map(({ name }: { name: string }) => name));
        cursor = json.meta.next_cursor ?? '';
      } while (cursor);
      expect(found).toEqual(expected);
    }
    expect(await bucketsOf('paging-stranger')).toEqual([]);
  });

  it.each([
    ['a cursor that no page gave', 'cursor=YWJj', 'cursor'],
    ['a page by number', 'page=2', 'page'],
    ['a search', 'q=x', 'q'],
    ['another order', 'sortBy=createdAt', 'sortBy'],
  ])('refuses %s', async (_, query, field) => {
    const { status, json } = await list('one', query);
    expect([status, json.error.details[0].path]).toEqual([400, field]);
  });
});
