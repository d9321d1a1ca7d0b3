import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../lib/platform/ids.ts';
import { createStore } from '../../lib/platform/store/create-store.ts';
import type { ResourceStore } from '../../lib/platform/store/types.ts';
import { counterKey, nameGuardKey, resourceKey } from '../../lib/platform/table/keys.ts';
import { collect } from './collect.ts';
import { costOf, type TestTables } from './tables.ts';
import {
  callerOf,
  idempotencyOf,
  type Label,
  label,
  labelKind,
  requested,
  type Toy,
  toy,
  toyKind,
} from './toy.ts';

const limits = { toys: 5, units: 8 };

/** What every store does, on whatever server keeps its tables. */
export const storeSuite = (name: string, start: () => Promise<TestTables>): void => {
  describe(`a resource store on ${name}`, () => {
    let opened: TestTables;
    let toys: ResourceStore<Toy>;
    let labels: ResourceStore<Label>;

    beforeAll(async () => {
      opened = await start();
      toys = createStore(toyKind, { tables: opened.tables, limits });
      labels = createStore(labelKind, { tables: opened.tables });
    });
    afterAll(() => opened?.stop());

    const counter = (tenant: string, kind = 'TOY') =>
      opened.tables.get(counterKey(tenant, kind), { consistent: true });
    const item = (tenant: string, id: string) =>
      opened.tables.get(resourceKey(tenant, 'TOY', id), { consistent: true });
    const usage = { toys: 1, units: 2 };

    it('gives back what was created, by id in any form and by name', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant, 'robot'));
      expect(await toys.get(tenant, made.id)).toEqual(made);
      expect(await toys.get(tenant, `{${made.id.toUpperCase()}}`)).toEqual(made);
      expect(await toys.get(tenant, 'robot')).toEqual(made);
      await expect(toys.get(tenant, 'Robot')).rejects.toMatchObject({ type: 'NOT_FOUND' });
    });

    it("answers for another tenant's id as for an absent one", async () => {
      const [ann, bob] = [newId(), newId()];
      const made = await toys.create(callerOf(ann), toy(ann));
      const refusal = await toys.get(bob, made.id).catch((error) => error);
      const absence = await toys.get(bob, newId()).catch((error) => error);
      expect({ ...refusal, message: refusal.message }).toEqual({ ...absence, message: absence.message });
    });

    it.each([
      ['the tenant’s own user', {}, (tenant: string) => ({ user: tenant })],
      ['another user', {}, () => ({ user: newId() })],
      ['nobody', {}, () => ({ user: undefined })],
      ['an id of its own', { id: 'own', phase: 'succeeded' as const }, () => ({})],
      ['a failure', { phase: 'failed' as const, error: 'why' }, () => ({})],
    ])('keeps an event whole, though it stores the less of it: %s', async (_, more, who) => {
      const tenant = newId();
      const asked = { ...requested('launch'), ...who(tenant) };
      const event = {
        ...asked,
        ...more,
        id: 'id' in more ? more.id : 'phase' in more ? `${asked.id}:failed` : asked.id,
      };
      const made = await toys.create(callerOf(tenant), toy(tenant, 'eventful', { event, user_id: newId() }));
      expect(await toys.get(tenant, made.id)).toEqual(JSON.parse(JSON.stringify(made)));
      const later = { ...requested('stop'), ...who(tenant) };
      await toys.settle(made, { set: { event: later } });
      expect((await toys.get(tenant, made.id)).event).toEqual(JSON.parse(JSON.stringify(later)));
    });

    it('finds the newest of those that share a name, whatever else starts like it', async () => {
      const tenant = newId();
      await toys.create(callerOf(tenant), toy(tenant, 'a'));
      const newest = await toys.create(callerOf(tenant), toy(tenant, 'a'));
      await toys.create(callerOf(tenant), toy(tenant, 'a#b'));
      expect((await toys.get(tenant, 'a')).id).toBe(newest.id);
      await toys.remove(callerOf(tenant), newest.id, () => ({}), undefined);
      expect((await toys.get(tenant, 'a')).id).not.toBe(newest.id);
    });

    it('refuses what exceeds a quota, naming it, and leaves nothing behind', async () => {
      const tenant = newId();
      const create = (units: number) =>
        toys.create(callerOf(tenant), toy(tenant), { usage: { toys: 1, units } });
      await create(5);
      await expect(create(4)).rejects.toMatchObject({
        type: 'RESOURCE_LIMIT_EXCEEDED',
        message: expect.stringContaining('8 units'),
      });
      await expect(create(9)).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
      await create(3);
      expect(await counter(tenant)).toMatchObject({ total: 2, used_toys: 2, used_units: 8 });
      expect((await toys.list(tenant)).items).toHaveLength(2);
    });

    it('refuses a first resource that is larger than its quota', async () => {
      const tenant = newId();
      await expect(toys.create(callerOf(tenant), toy(tenant), { usage: { units: 9 } })).rejects.toMatchObject(
        {
          type: 'RESOURCE_LIMIT_EXCEEDED',
        },
      );
    });

    it('honours a raised, a lowered and a removed limit at once, in a process that knew another', async () => {
      const tenant = newId();
      const create = () => toys.create(callerOf(tenant), toy(tenant), { usage: { toys: 1 } });
      const key = counterKey(tenant, 'TOY');
      for (let made = 0; made < 5; made++) await create();
      await expect(create()).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
      await opened.tables.write({ update: key, set: { limit_toys: 6 } });
      await create();
      await expect(create()).rejects.toMatchObject({ message: expect.stringContaining('6 toys') });
      await opened.tables.write({ update: key, set: { limit_toys: 3 } });
      await expect(create()).rejects.toMatchObject({ message: expect.stringContaining('3 toys') });
      await opened.tables.write({ update: key, set: { limit_toys: 7 } });
      await create();
      await opened.tables.write({ update: key, remove: ['limit_toys'] });
      await expect(create()).rejects.toMatchObject({ message: expect.stringContaining('5 toys') });
      expect(await counter(tenant)).toMatchObject({ total: 7, used_toys: 7 });
    });

    it('replays before it looks at names and quotas', async () => {
      const tenant = newId();
      const caller = callerOf(tenant, { idempotency: idempotencyOf(tenant, 'once') });
      const create = () => labels.create(caller, label(tenant, 'same'), { answer: {} });
      await create();
      await expect(create()).rejects.toMatchObject({ name: 'Replay' });
      expect(await counter(tenant, 'LABEL')).toMatchObject({ total: 1 });
    });

    it('keeps unique names unique, through renames and deletes', async () => {
      const tenant = newId();
      const caller = callerOf(tenant);
      const first = await labels.create(caller, label(tenant, 'one'));
      await expect(labels.create(caller, label(tenant, 'one'))).rejects.toMatchObject({ type: 'CONFLICT' });
      await labels.change(
        caller,
        'one',
        () => ({ set: { name: 'two' } }),
        () => undefined,
      );
      expect((await labels.get(tenant, 'two')).id).toBe(first.id);
      await expect(labels.get(tenant, 'one')).rejects.toMatchObject({ type: 'NOT_FOUND' });
      await labels.create(caller, label(tenant, 'one'));
      await expect(
        labels.change(
          caller,
          'two',
          () => ({ set: { name: 'one' } }),
          () => undefined,
        ),
      ).rejects.toMatchObject({ type: 'CONFLICT' });
      await labels.remove(caller, 'two', () => ({}), undefined);
      expect(await opened.tables.get(nameGuardKey(tenant, 'LABEL', 'two'))).toBeUndefined();
      expect(await counter(tenant, 'LABEL')).toMatchObject({ total: 1 });
      await labels.create(caller, label(tenant, 'two'));
    });

    it('lets 20 changes at once all happen, one after the other', async () => {
      const tenant = newId();
      const made = await labels.create(callerOf(tenant), label(tenant, 'busy', { text: '' }));
      await Promise.all(
        Array.from({ length: 20 }, () =>
          labels.change(
            callerOf(tenant),
            made.id,
            ({ text }) => ({ set: { text: `${text}x` } }),
            () => undefined,
          ),
        ),
      );
      expect(await labels.get(tenant, made.id)).toMatchObject({ text: 'x'.repeat(20), version: 21 });
    });

    it('counts what a change takes more, and refuses it where there is no room, by the limit of the moment', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant), { usage });
      const grow = (units: number) =>
        toys.change(
          callerOf(tenant),
          made.id,
          () => ({ set: { padding: String(units) }, usage: { units } }),
          () => undefined,
        );
      await grow(6);
      await expect(grow(1)).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
      expect(await counter(tenant)).toMatchObject({ used_units: 8, total: 1 });
      expect(await toys.get(tenant, made.id)).toMatchObject({ padding: '6' });
      const raised = { update: counterKey(tenant, 'TOY'), set: { limit_units: 9 } };
      await opened.tables.write(raised);
      await grow(1);
      expect(await counter(tenant)).toMatchObject({ used_units: 9, total: 1 });
    });

    it('keeps the answer of a change that changes nothing', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant));
      const caller = callerOf(tenant, { idempotency: idempotencyOf(tenant, 'noop') });
      expect(
        await toys.change(
          caller,
          made.id,
          () => undefined,
          () => 'same',
        ),
      ).toEqual(made);
      await expect(
        toys.change(
          caller,
          made.id,
          () => undefined,
          () => 'same',
        ),
      ).rejects.toMatchObject({ name: 'Replay' });
    });

    it('gives a new intent a new generation, a fresh error budget and a place in the work index', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant));
      const settled = await toys.settle(made, {
        set: { observed_generation: 1, failures: 3, status: 'RUNNING' },
      });
      expect(await item(tenant, made.id)).not.toHaveProperty('wpk');
      expect(settled).toMatchObject({ version: 2, status: 'RUNNING' });
      const stopped = await toys.change(
        callerOf(tenant),
        made.id,
        () => ({ set: { desired_status: 'STOPPED' }, intent: true }),
        () => undefined,
      );
      expect(stopped).toMatchObject({ generation: 2, observed_generation: 1, failures: 0, version: 3 });
      expect(await item(tenant, made.id)).toHaveProperty('wpk');
    });

    it('hides a deleted resource at once, frees its name, and holds its usage until it is forgotten', async () => {
      const tenant = newId();
      const caller = callerOf(tenant);
      const made = await toys.create(caller, toy(tenant, 'gone'), { usage });
      const tombstone = await toys.remove(
        caller,
        made.id,
        () => ({ set: { desired_status: 'DELETED' } }),
        undefined,
      );
      expect(tombstone).toMatchObject({ generation: 2, deleted_at: expect.any(String) });
      await expect(toys.get(tenant, made.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
      await expect(toys.get(tenant, 'gone')).rejects.toMatchObject({ type: 'NOT_FOUND' });
      await expect(toys.remove(caller, made.id, () => ({}), undefined)).rejects.toMatchObject({
        type: 'NOT_FOUND',
      });
      expect((await toys.list(tenant)).items).toEqual([]);
      expect(await toys.find(tenant, made.id, { tombstones: true })).toEqual(tombstone);
      expect(await counter(tenant)).toMatchObject({ total: 0, used_toys: 1, used_units: 2 });
      expect(await toys.forget(made, usage)).toBe(false);
      expect(await toys.forget(tombstone, usage)).toBe(true);
      expect(await toys.forget(tombstone, usage)).toBe(false);
      expect(await counter(tenant)).toMatchObject({ total: 0, used_toys: 0, used_units: 0 });
      expect(await item(tenant, made.id)).toBeUndefined();
    });

    it('takes a delete back: under its name, in lists and totals, converged, and once', async () => {
      const tenant = newId();
      const caller = callerOf(tenant);
      const made = await toys.create(caller, toy(tenant, 'gone'), { usage });
      const tombstone = await toys.remove(caller, made.id, () => ({}), undefined);
      const back = await toys.restore(
        caller,
        made.id,
        () => ({}),
        () => undefined,
      );
      expect(back).toMatchObject({ id: made.id, version: tombstone.version + 1 });
      expect(back.observed_generation).toBe(back.generation);
      expect(await toys.get(tenant, 'gone')).toEqual(back);
      expect((await toys.list(tenant)).items).toEqual([back]);
      expect(await counter(tenant)).toMatchObject({ total: 1, used_toys: 1, used_units: 2 });
      const stored = await item(tenant, made.id);
      for (const attribute of ['deleted_at', 'wpk', 'wsk']) expect(stored).not.toHaveProperty(attribute);
      const refuse = () => {
        throw new Error('asked for what is not deleted');
      };
      expect(await toys.restore(caller, made.id, refuse, () => undefined)).toEqual(back);
      expect(await toys.forget(tombstone, usage)).toBe(false);
      const none = toys.restore(
        caller,
        newId(),
        () => ({}),
        () => undefined,
      );
      await expect(none).rejects.toMatchObject({ type: 'NOT_FOUND' });
    });

    it('gives a settle that comes too late nothing to write', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant));
      await toys.settle(made, { set: { status: 'RUNNING' } });
      expect(await toys.settle(made, { set: { status: 'STOPPED' } })).toBeUndefined();
      expect(await toys.get(tenant, made.id)).toMatchObject({ status: 'RUNNING', version: 2 });
    });

    it('follows the slim replica when what it projects changes', async () => {
      const tenant = newId();
      const made = await toys.create(callerOf(tenant), toy(tenant, 'n', { zone: 'a', tags: { env: 'dev' } }));
      await toys.settle(made, { set: { zone: 'b' }, remove: ['tags'] });
      const [slim] = await collect(opened.tables.query({ index: 'slim', partition: `T#${tenant}#TOY` }));
      expect(slim).toEqual({ pk: `T#${tenant}#TOY`, sk: made.id, name: 'n', status: 'STARTING', zone: 'b' });
    });

    it('creates many together with one change of the counter, or none of them', async () => {
      const tenant = newId();
      const batch = Array.from({ length: 4 }, (_, n) => toy(tenant, `many-${n}`));
      const usageOf = () => ({ toys: 1 });
      const cost = await costOf(opened, () => toys.createMany(callerOf(tenant), batch, { usageOf }));
      expect(cost.requests).toBe(1);
      await expect(
        toys.createMany(callerOf(tenant), [toy(tenant), toy(tenant)], { usageOf }),
      ).rejects.toMatchObject({ type: 'RESOURCE_LIMIT_EXCEEDED' });
      expect(await counter(tenant)).toMatchObject({ total: 4, used_toys: 4 });
      expect((await toys.list(tenant)).items).toHaveLength(4);
    });

    it('writes 45 resources with unique names in one transaction', async () => {
      const tenant = newId();
      const batch = Array.from({ length: 45 }, (_, n) => label(tenant, `many-${n}`));
      const caller = callerOf(tenant, { idempotency: idempotencyOf(tenant, 'many') });
      await labels.createMany(caller, batch, { answer: {} });
      expect(await counter(tenant, 'LABEL')).toMatchObject({ total: 45 });
      await expect(labels.createMany(caller, [...batch, label(tenant, 'x')])).rejects.toThrow('at most 45');
    });
  });
};
