import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { encodeCursor } from '../../../../lib/platform/store/cursor.ts';
import { compareCodePoints } from '../../../../lib/platform/store/order.ts';
import type { ListFilters, ResourceStore } from '../../../../lib/platform/store/types.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { callerOf, listRequest, type Toy, toy, toyKind } from '../../../support/toy.ts';

const byCodePoint = (a: string, b: string): number => {
  const [x, y] = [[...a], [...b]];
  for (let index = 0; index < Math.min(x.length, y.length); index++) {
    const difference = (x[index]?.codePointAt(0) ?? 0) - (y[index]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
};

/** The list as its specification says, without any table. */
const model = (all: readonly Toy[], { sortBy, sortDir, q }: ListRequest, status?: string): Toy[] => {
  const value = (item: Toy) => (sortBy === 'name' ? item.name : sortBy === 'state' ? item.status : '');
  const sought = q?.toLowerCase() ?? '';
  const listed = all.filter(
    (item) =>
      !item.deleted_at &&
      (!status || item.status === status) &&
      (item.name.toLowerCase().includes(sought) || item.id.includes(sought)),
  );
  listed.sort((a, b) => byCodePoint(value(a), value(b)) || byCodePoint(a.id, b.id));
  return sortDir === 'asc' ? listed : listed.reverse();
};

const ids = (items: readonly Toy[]): string[] => items.map(({ id }) => id);

describe('pages of a list', () => {
  let opened: TestTables;
  let toys: ResourceStore<Toy>;

  beforeAll(async () => {
    opened = await startTables();
    toys = createStore(toyKind, { tables: opened.tables });
  });
  afterAll(() => opened?.stop());

  const fill = async (
    tenant: string,
    wanted: readonly { name: string; status: string; deleted?: boolean }[],
  ) => {
    const made = wanted.map(({ name, status }) => toy(tenant, name, { status }));
    await toys.createMany(callerOf(tenant), made);
    return Promise.all(
      made.map((one, index) =>
        wanted[index]?.deleted ? toys.remove(callerOf(tenant), one.id, () => ({}), undefined) : one,
      ),
    );
  };

  /** Follows the cursors to the end. */
  const follow = async (tenant: string, request: ListRequest, filters?: ListFilters<Toy>) => {
    const pages: Toy[][] = [];
    let cursor: string | undefined;
    do {
      const page = await toys.page(tenant, { ...request, cursor }, filters);
      pages.push(page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return pages;
  };

  it('compares by code point, not by UTF-16 unit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(byCodePoint(a, b)));
      }),
    );
    expect(compareCodePoints('\u{1F600}', '\uFFFD')).toBeGreaterThan(0);
  });

  it('agrees with a model: every order, page, cursor, search and filter, with tombstones among them', async () => {
    const item = fc.record({
      name: fc.oneof(
        fc.constantFrom('web', 'Web', 'db', '\u{1F600}', '\uFFFD'),
        fc.string({ minLength: 1, maxLength: 8 }),
      ),
      status: fc.constantFrom('RUNNING', 'STOPPED', 'ERROR'),
      deleted: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { maxLength: 14 }),
        fc.constantFrom('name' as const, 'createdAt' as const, 'state' as const),
        fc.constantFrom('asc' as const, 'desc' as const),
        fc.integer({ min: 1, max: 6 }),
        fc.constantFrom(undefined, 'WEB', 'e'),
        fc.constantFrom(undefined, 'RUNNING'),
        async (wanted, sortBy, sortDir, pageSize, q, status) => {
          const tenant = newId();
          const all = await fill(tenant, wanted);
          const request = listRequest({ sortBy, sortDir, pageSize, q });
          const expected = ids(model(all, request, status));
          const filters = { equals: { status } };

          const followed = await follow(tenant, request, filters);
          expect(ids(followed.flat())).toEqual(expected);
          // No page is empty but that of an empty list.
          expect(followed.length).toBe(Math.max(1, Math.ceil(expected.length / pageSize)));

          const totalPages = Math.ceil(expected.length / pageSize);
          for (let page = 1; page <= totalPages + 1; page++) {
            const got = await toys.page(tenant, { ...request, page }, filters);
            expect(ids(got.items)).toEqual(expected.slice((page - 1) * pageSize, page * pageSize));
            expect(got.page).toEqual({ page, pageSize, total: expected.length, totalPages, sortBy, sortDir });
            expect(Boolean(got.nextCursor)).toBe(page < totalPages);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each(['name', 'createdAt'] as const)(
    'keeps cursors valid while others create and delete: by %s',
    async (sortBy) => {
      const tenant = newId();
      const all = await fill(
        tenant,
        Array.from({ length: 9 }, (_, n) => ({ name: `n${n}`, status: 'RUNNING' })),
      );
      const request = listRequest({ sortBy, sortDir: 'asc', pageSize: 3 });
      const first = await toys.page(tenant, request);
      await toys.remove(callerOf(tenant), first.items[2]?.id ?? '', () => ({}), undefined);
      await toys.create(callerOf(tenant), toy(tenant, 'n0-late'));
      const second = await toys.page(tenant, { ...request, cursor: first.nextCursor });
      expect(ids(second.items)).toEqual(ids(all.slice(3, 6)));
      expect(second.page).toMatchObject({ page: 2, total: 9 });
    },
  );

  it('gives the full list newest first, in parts of the limit', async () => {
    const tenant = newId();
    const all = await fill(
      tenant,
      Array.from({ length: 7 }, (_, n) => ({ name: `n${n}`, status: 'RUNNING', deleted: n === 3 })),
    );
    const expected = ids(model(all, listRequest()));
    const first = await toys.list(tenant, { limit: 4 });
    const second = await toys.list(tenant, { limit: 4, cursor: first.nextCursor });
    expect(ids([...first.items, ...second.items])).toEqual(expected);
    expect(second.nextCursor).toBeUndefined();
    expect((await toys.list(tenant, { limit: 6 })).nextCursor).toBeUndefined();
    expect((await toys.page(tenant, listRequest({ paged: false }))).items).toEqual(
      (await toys.list(tenant)).items,
    );
  });

  it('filters the full list as well, without a page', async () => {
    const tenant = newId();
    const all = await fill(tenant, [
      { name: 'a', status: 'RUNNING' },
      { name: 'b', status: 'STOPPED' },
      { name: 'c', status: 'RUNNING' },
    ]);
    const listed = await toys.page(tenant, listRequest({ paged: false }), { equals: { status: 'RUNNING' } });
    expect(ids(listed.items)).toEqual([all[2]?.id, all[0]?.id]);
    expect(listed.page).toBeUndefined();
  });

  it('filters by a condition of its own, for example a tag', async () => {
    const tenant = newId();
    const made = toy(tenant, 'tagged', { tags: { env: 'dev' } });
    await toys.createMany(callerOf(tenant), [made, toy(tenant, 'plain')]);
    const where = {
      expression: '#tags.#key = :tag',
      names: { '#tags': 'tags', '#key': 'env' },
      values: { ':tag': 'dev' },
    };
    expect(ids((await toys.page(tenant, listRequest(), { where })).items)).toEqual([made.id]);
  });

  it.each([
    ['not base64 of JSON', 'nonsense'],
    ['of another shape', Buffer.from('[1]').toString('base64url')],
    ['of another place', Buffer.from('["createdAt desc",1,2,3]').toString('base64url')],
    ['of another order', encodeCursor({ sortBy: 'name', sortDir: 'asc' }, { value: 'n', id: 'id', page: 2 })],
  ])('refuses a cursor that is %s, naming it', async (_, cursor) => {
    for (const request of [listRequest({ cursor }), listRequest({ cursor, q: 'x' })])
      await expect((async () => toys.page(newId(), request))()).rejects.toMatchObject({
        type: 'INVALID_INPUT',
        issues: [{ path: 'cursor' }],
      });
  });
});
