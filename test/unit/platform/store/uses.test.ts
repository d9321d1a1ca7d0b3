import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import { newId } from '../../../../lib/platform/ids.ts';
import { createStore } from '../../../../lib/platform/store/create-store.ts';
import type { ResourceKind } from '../../../../lib/platform/store/types.ts';
import { untilCurrent } from '../../../../lib/platform/store/until-current.ts';
import { createUses } from '../../../../lib/platform/store/uses.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import {
  callerOf,
  type Label,
  label,
  labelKind,
  requested,
  type Toy,
  toy,
  toyKind,
} from '../../../support/toy.ts';

let opened: TestTables;
beforeAll(async () => {
  opened = await startTables();
});
afterAll(() => opened?.stop());

const uses = createUses({ kind: 'BOX', label: 'box', places: 'free places' });
const inUse = (live: number) => new CloudError('CONFLICT', `${live} are in the box`);

describe('a parent’s users', () => {
  const open = async (capacity?: number) => {
    const parent = { tenant: newId(), id: newId() };
    await opened.tables.transact([uses.open(parent, { capacity })]);
    return parent;
  };
  const read = (parent: { tenant: string; id: string }) => uses.read(opened.tables, parent);

  it('are counted, and their places until the cloud gives them back', async () => {
    const parent = await open(2);
    await opened.tables.transact([uses.join(parent, { held: 1 })]);
    expect(await read(parent)).toEqual({ live: 1, held: 1, closed: false });
    await opened.tables.transact([uses.leave(parent)]);
    expect(await read(parent)).toEqual({ live: 0, held: 1, closed: false });
    await opened.tables.transact([uses.release(parent)]);
    expect(await read(parent)).toEqual({ live: 0, held: 0, closed: false });
  });

  it('are as many of one sort as it takes, whatever others there are', async () => {
    const sort = { name: 'cats', label: 'cats', most: 2 };
    const parent = await open();
    await opened.tables.transact([uses.join(parent, { count: 3 })]);
    for (let cats = 0; cats < 2; cats++) await opened.tables.transact([uses.join(parent, { sort })]);
    await expect(opened.tables.transact([uses.join(parent, { sort })])).rejects.toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
      message: 'the box has 2 cats already, which is the most',
    });
    await opened.tables.transact([uses.join(parent)]);
    await opened.tables.transact([uses.leave(parent, { sort })]);
    await opened.tables.transact([uses.join(parent, { sort })]);
    expect(await read(parent)).toMatchObject({ live: 6 });
  });

  it('are as many as there is room for, however many come at once', async () => {
    const parent = await open(7);
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => opened.tables.transact([uses.join(parent, { held: 1 })])),
    );
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(23);
    for (const { reason } of refused) expect(reason).toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    expect(await read(parent)).toEqual({ live: 7, held: 7, closed: false });
  });

  it.each([
    ['as many as there are places for', 7, 3, 4, true],
    ['more than that by one', 7, 3, 5, false],
    ['any number, where places are not counted', undefined, 3, 45, true],
  ])('come several at once: %s', async (_, capacity, before, count, fits) => {
    const parent = await open(capacity);
    const places = capacity ?? 0;
    await opened.tables.transact([uses.join(parent, { count: before, held: before, capacity: places })]);
    const joining = opened.tables.transact([uses.join(parent, { count, held: count, capacity: places })]);
    if (fits) await joining;
    else await expect(joining).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
    const now = fits ? before + count : before;
    expect(await read(parent)).toEqual({ live: now, held: now, closed: false });
  });

  it('find no room in a place that is still held by one who is going', async () => {
    const parent = await open(1);
    await opened.tables.transact([uses.join(parent, { held: 1 })]);
    await opened.tables.transact([uses.leave(parent)]);
    await expect(opened.tables.transact([uses.join(parent, { held: 1 })])).rejects.toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
      message: 'the box has no free places left (1 of 1 in use)',
    });
  });

  it('keep it from being closed, by name', async () => {
    const parent = await open();
    await opened.tables.transact([uses.join(parent)]);
    await expect(opened.tables.transact([uses.close(parent, inUse)])).rejects.toThrow('1 are in the box');
  });

  it('do not come to what is closed, nor to what is not there', async () => {
    const parent = await open();
    await opened.tables.transact([uses.close(parent, inUse)]);
    expect(await read(parent)).toMatchObject({ closed: true });
    for (const gone of [parent, { tenant: newId(), id: newId() }])
      await expect(opened.tables.transact([uses.join(gone)])).rejects.toMatchObject({ type: 'NOT_FOUND' });
  });

  it('either come before it closes or not at all', async () => {
    for (let round = 0; round < 10; round++) {
      const parent = await open();
      const [joined, closed] = await Promise.allSettled([
        opened.tables.transact([uses.join(parent)]),
        opened.tables.transact([uses.close(parent, inUse)]),
      ]);
      expect([joined.status, closed.status].sort()).toEqual(['fulfilled', 'rejected']);
    }
  });

  it('hold up its end until their places are free', async () => {
    const parent = await open(1);
    await opened.tables.transact([uses.join(parent, { held: 1 })]);
    await opened.tables.transact([uses.leave(parent)]);
    await opened.tables.transact([uses.close(parent, inUse)]);
    await expect(opened.tables.transact([uses.end(parent)])).rejects.toMatchObject({ failure: 'not_yet' });
    await opened.tables.transact([uses.release(parent)]);
    await opened.tables.transact([uses.end(parent)]);
    expect(await read(parent)).toEqual({ live: 0, held: 0, closed: false });
  });
});

/** A label whose name is unique within its text alone. */
const scopedKind: ResourceKind<Label> = {
  ...labelKind,
  kind: 'SCOPED',
  nameScope: ({ text }) => text ?? '',
};

describe('names within a scope', () => {
  it('are unique there and free elsewhere, and found with their scope only', async () => {
    const store = createStore(scopedKind, { tables: opened.tables });
    const tenant = newId();
    const [first, second] = ['a', 'b'].map((text) => label(tenant, 'web', { text })) as [Label, Label];
    await store.create(callerOf(tenant), first);
    await store.create(callerOf(tenant), second);
    await expect(store.create(callerOf(tenant), label(tenant, 'web', { text: 'a' }))).rejects.toMatchObject({
      type: 'CONFLICT',
    });
    expect((await store.get(tenant, 'web', { scope: 'b' })).id).toBe(second.id);
    for (const scope of [undefined, 'c'])
      await expect(store.get(tenant, 'web', { scope })).rejects.toMatchObject({ type: 'NOT_FOUND' });
    await store.remove(callerOf(tenant), first.id, () => ({}), undefined);
    await store.create(callerOf(tenant), label(tenant, 'web', { text: 'a' }));
  });
});

describe('a change that joins another one’s transaction', () => {
  const limits = { toys: 100 };
  const stores = () => createStore(toyKind, { tables: opened.tables, limits });

  it('is a fresh intent where it shall be, and fails where the record has moved on', async () => {
    const store = stores();
    const tenant = newId();
    const made = await store.create(callerOf(tenant), toy(tenant));
    const { after, write } = store.plan(made, { set: { padding: 'planned' }, intent: true });
    expect(after).toMatchObject({ generation: 2, version: 2, padding: 'planned' });
    await store.settle(made, { set: { status: 'RUNNING' } });
    let tries = 0;
    await untilCurrent('toy', async () => {
      tries += 1;
      const current = tries === 1 ? made : await store.get(tenant, made.id);
      const planned = tries === 1 ? write : store.plan(current, { set: { padding: 'planned' } }).write;
      await opened.tables.transact([planned]);
    });
    expect([tries, (await store.get(tenant, made.id)).padding]).toEqual([2, 'planned']);
  });

  it('may be a delete, which hides it and counts it out', async () => {
    const store = stores();
    const tenant = newId();
    const made = await store.create(callerOf(tenant), toy(tenant), { usage: { toys: 1 } });
    await opened.tables.transact(store.planRemoval(made, { event: requested('delete') }));
    expect(await store.find(tenant, made.id)).toBeUndefined();
    expect(
      (await store.page(tenant, { paged: true, page: 1, pageSize: 5, sortBy: 'createdAt', sortDir: 'desc' }))
        .page,
    ).toMatchObject({ total: 0 });
  });
});

describe('what goes along with its parent', () => {
  it('is a tombstone after it, and a repeat finds nothing left to do', async () => {
    const store = createStore(toyKind, { tables: opened.tables });
    const tenant = newId();
    const made = await store.create(callerOf(tenant), toy(tenant));
    const event = requested('delete');
    expect(await store.removeAlong(tenant, made.id, { set: { event } as Partial<Toy> })).toBe(true);
    expect(await store.removeAlong(tenant, made.id, { set: { event } as Partial<Toy> })).toBe(false);
    expect(await store.find(tenant, made.id, { tombstones: true })).toMatchObject({
      event,
      generation: 2,
      deleted_at: expect.any(String),
    });
  });
});
