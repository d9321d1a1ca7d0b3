import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListRequest } from '../../../../lib/platform/http/list.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import { toNewItem } from '../../../../lib/platform/store/record.ts';
import type { ListFilters, ResourceStore } from '../../../../lib/platform/store/types.ts';
import { counterKey } from '../../../../lib/platform/table/keys.ts';
import { attributesSize } from '../../../support/item-size.ts';
import { costOf, startTables, type TestTables } from '../../../support/tables.ts';
import { listRequest, requested, type Toy, toy, toyKind } from '../../../support/toy.ts';

const tenant = '0190a1b2-0000-7000-8000-000000000001';
const count = 10_000;

describe('the cost of a page out of 10,000', () => {
  let opened: TestTables;
  let toys: ResourceStore<Toy>;
  let nextCursor: string | undefined;

  beforeAll(async () => {
    opened = await startTables();
    toys = createStore(toyKind, { tables: opened.tables });
    const all = Array.from({ length: count }, (_, n) =>
      toy(tenant, `web-${n}`, {
        status: n % 3 ? 'RUNNING' : 'STOPPED',
        zone: 'us-east-1a',
        observed_generation: 1,
        event: requested('launch'),
        padding: 'x'.repeat(278),
      }),
    );
    const items = all.map((one) => toNewItem(toyKind, one, one.created_at));
    // A running instance takes about 740 bytes; these take 780 to 815.
    const sizes = items.map(attributesSize);
    expect(Math.min(...sizes)).toBeGreaterThan(780);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(815);
    const quarter = count / 4;
    await Promise.all(
      [0, 1, 2, 3].map((n) =>
        opened.tables.writeAll(items.slice(n * quarter, (n + 1) * quarter).map((put) => ({ put }))),
      ),
    );
    await opened.tables.write({ put: { ...counterKey(tenant, 'TOY'), total: count } });
    nextCursor = (await toys.page(tenant, listRequest())).nextCursor;
  }, 120_000);
  afterAll(() => opened?.stop());

  it.each<[string, number, number, Partial<ListRequest>, ListFilters<Toy>]>([
    ['20 newest', 2.5, 2, {}, {}],
    ['20 newest by number', 2.5, 2, { page: 1 }, {}],
    ['20 oldest', 2.5, 2, { sortDir: 'asc' }, {}],
    ['20 after a cursor', 2.5, 2, { cursor: 'next' }, {}],
    ['page 50 by number', 30, 3, { page: 50 }, {}],
    ['filtered by state', 320, 7, { page: 3 }, { equals: { status: 'STOPPED' } }],
    ['sorted by name', 320, 7, { sortBy: 'name', sortDir: 'asc', page: 9 }, {}],
    ['searched', 320, 7, { q: 'WEB-99' }, {}],
  ])('%s: at most %d read units', async (_, units, requests, request, filters) => {
    let total: number | undefined;
    const cursor = request.cursor ? nextCursor : undefined;
    const cost = await costOf(opened, async () => {
      const page = await toys.page(tenant, listRequest({ ...request, cursor }), filters);
      total = page.page?.total;
      expect(page.items).toHaveLength(20);
    });
    expect(cost.readUnits).toBeLessThanOrEqual(units);
    expect(cost.requests).toBeLessThanOrEqual(requests);
    expect(total).toBe(request.q ? 111 : filters.equals ? 3334 : count);
  });
});
