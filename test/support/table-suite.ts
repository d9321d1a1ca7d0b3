import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CloudError } from '../../lib/platform/errors/index.ts';
import type { Item } from '../../lib/platform/table/types.ts';
import { collect } from './collect.ts';
import { FaultInjector } from './faults.ts';
import type { TestTables } from './tables.ts';

const taken = (found: Item | undefined) => new CloudError('CONFLICT', `taken by ${found?.owner}`);
const absent = { expression: 'attribute_not_exists(pk)' };

/** What the platform asks of DynamoDB: held against every server that claims to be one. */
export const tableSuite = (name: string, start: () => Promise<TestTables>): void => {
  describe(`the tables on ${name}`, () => {
    let opened: TestTables;
    let faults: FaultInjector;

    beforeAll(async () => {
      opened = await start();
      faults = new FaultInjector(opened.client);
    });
    afterAll(() => opened?.stop());

    const put = (item: Item & { pk: string; sk: string }) => opened.tables.write({ put: item });

    it('keeps plain values, leaves undefined out, and refuses a number that is none', async () => {
      const item = {
        pk: 'values',
        sk: '1',
        text: '',
        count: 3,
        list: [1, 'a'],
        map: { on: true },
        nothing: null,
      };
      await put({ ...item, absent: undefined });
      expect(await opened.tables.get({ pk: 'values', sk: '1' }, { consistent: true })).toEqual(item);
      await expect(put({ pk: 'values', sk: '2', count: Number.NaN })).rejects.toThrow();
      expect(await opened.tables.get({ pk: 'values', sk: '2' })).toBeUndefined();
    });

    it('reads only the attributes that were asked for', async () => {
      await put({ pk: 'project', sk: '1', name: 'a', status: 'b' });
      expect(await opened.tables.get({ pk: 'project', sk: '1' }, { project: ['name'] })).toEqual({
        name: 'a',
      });
    });

    it('tells what was found where a single condition fails', async () => {
      await put({ pk: 'single', sk: '1', owner: 'ann' });
      const again = { put: { pk: 'single', sk: '1', owner: 'bob' }, when: absent, otherwise: taken };
      await expect(opened.tables.write(again)).rejects.toMatchObject({
        type: 'CONFLICT',
        message: 'taken by ann',
      });
    });

    it('answers CONFLICT for a failed condition without a meaning of its own', async () => {
      await put({ pk: 'single', sk: '2' });
      await expect(
        opened.tables.write({ put: { pk: 'single', sk: '2' }, when: absent }),
      ).rejects.toMatchObject({ type: 'CONFLICT' });
    });

    it('sets, adds to and removes attributes, and gives the item after it', async () => {
      await put({ pk: 'update', sk: '1', a: 1, b: 2 });
      const after = await opened.tables.write({
        update: { pk: 'update', sk: '1' },
        set: { a: 5, c: undefined },
        add: { n: 2 },
        remove: ['b'],
      });
      expect(after).toEqual({ pk: 'update', sk: '1', a: 5, n: 2 });
    });

    it('deletes under a condition', async () => {
      await put({ pk: 'delete', sk: '1', owner: 'ann' });
      const when = { expression: '#o = :o', names: { '#o': 'owner' }, values: { ':o': 'bob' } };
      await expect(
        opened.tables.write({ delete: { pk: 'delete', sk: '1' }, when, otherwise: taken }),
      ).rejects.toThrow('taken by ann');
      await opened.tables.write({
        delete: { pk: 'delete', sk: '1' },
        when: { ...when, values: { ':o': 'ann' } },
      });
      expect(await opened.tables.get({ pk: 'delete', sk: '1' })).toBeUndefined();
    });

    it('writes all of a transaction or nothing, over both tables', async () => {
      await opened.tables.transact([
        { put: { pk: 'tx', sk: '1' }, when: absent },
        { put: { table: 'ephemeral', pk: 'tx', sk: '1', owner: 'ann' }, when: absent, otherwise: taken },
      ]);
      await expect(
        opened.tables.transact([
          { put: { pk: 'tx', sk: '2' }, when: absent },
          { put: { table: 'ephemeral', pk: 'tx', sk: '1' }, when: absent, otherwise: taken },
        ]),
      ).rejects.toThrow('taken by ann');
      expect(await opened.tables.get({ pk: 'tx', sk: '2' }, { consistent: true })).toBeUndefined();
    });

    it('reports the first failed condition in the order of the writes', async () => {
      await put({ pk: 'order', sk: '1', owner: 'first' });
      await put({ pk: 'order', sk: '2', owner: 'second' });
      const write = (sk: string) => ({ put: { pk: 'order', sk }, when: absent, otherwise: taken });
      await expect(opened.tables.transact([write('0'), write('1'), write('2')])).rejects.toThrow(
        'taken by first',
      );
    });

    it('checks an item without changing it', async () => {
      await put({ pk: 'check', sk: '1', state: 'ready' });
      const check = (state: string) => ({
        check: { pk: 'check', sk: '1' },
        when: { expression: '#s = :s', names: { '#s': 'state' }, values: { ':s': state } },
      });
      await opened.tables.transact([check('ready'), { put: { pk: 'check', sk: '2' } }]);
      await expect(
        opened.tables.transact([check('gone'), { put: { pk: 'check', sk: '3' } }]),
      ).rejects.toThrow();
      await expect(opened.tables.transact([{ check: { pk: 'check', sk: '9' } }])).rejects.toThrow();
    });

    it.each([
      ['beginsWith', { beginsWith: 'b' }, ['b1', 'b2']],
      ['between', { between: ['a2', 'b1'] as const }, ['a2', 'b1']],
      ['before', { before: 'b1' }, ['a1', 'a2']],
      ['after', { after: 'b1' }, ['b2', 'c1']],
    ])('queries by sort key: %s', async (_, sort, expected) => {
      await opened.tables.writeAll(['a1', 'a2', 'b1', 'b2', 'c1'].map((sk) => ({ put: { pk: 'sort', sk } })));
      const items = await collect(opened.tables.query({ partition: 'sort', sort, consistent: true }));
      expect(items.map(({ sk }) => sk)).toEqual(expected);
      const down = await collect(opened.tables.query({ partition: 'sort', sort, descending: true }));
      expect(down.map(({ sk }) => sk)).toEqual(expected.toReversed());
    });

    it('reads on over all pages, filtered', async () => {
      const all = Array.from({ length: 30 }, (_, n) => ({
        put: { pk: 'pages', sk: String(n + 10), even: n % 2 === 0 },
      }));
      await opened.tables.writeAll(all);
      const filter = { expression: '#e = :t', names: { '#e': 'even' }, values: { ':t': true } };
      const items = await collect(opened.tables.query({ partition: 'pages', limit: 7, filter }));
      expect(items).toHaveLength(15);
    });

    it('reads a slim replica, a name index and a work index', async () => {
      await put({
        pk: 'idx',
        sk: '1',
        name: 'n',
        status: 's',
        big: 'x',
        nsk: 'n#1',
        wpk: 'W#0',
        wsk: '2026#idx',
      });
      const read = (index: string, partition: string) => collect(opened.tables.query({ index, partition }));
      expect(await read('slim', 'idx')).toEqual([{ pk: 'idx', sk: '1', name: 'n', status: 's' }]);
      expect(await read('byName', 'idx')).toEqual([{ pk: 'idx', sk: '1', nsk: 'n#1' }]);
      expect(await read('work', 'W#0')).toEqual([{ pk: 'idx', sk: '1', wpk: 'W#0', wsk: '2026#idx' }]);
    });

    it('reads and writes more than one batch, over both tables', async () => {
      const keys = Array.from({ length: 130 }, (_, n) => ({
        table: n % 2 ? ('ephemeral' as const) : ('record' as const),
        pk: 'bulk',
        sk: String(n),
      }));
      await opened.tables.writeAll(keys.map((key) => ({ put: { ...key, here: true } })));
      const found = await opened.tables.batchGet([
        ...keys,
        ...keys.slice(0, 5),
        { pk: 'bulk', sk: 'absent' },
      ]);
      expect(new Set(found.map(({ sk }) => sk))).toHaveLength(130);
      await opened.tables.writeAll(keys.map((key) => ({ delete: key })));
      expect(await opened.tables.batchGet(keys, { consistent: true })).toEqual([]);
    });

    it('reports each request with its exact cost', async () => {
      opened.consumed.length = 0;
      await put({ pk: 'cost', sk: '1' });
      await opened.tables.get({ pk: 'cost', sk: '1' }, { consistent: true });
      await opened.tables.get({ pk: 'cost', sk: '1' });
      expect(opened.consumed).toEqual([
        // The table and its slim replica.
        { operation: 'PutItem', readUnits: 0, writeUnits: 2 },
        { operation: 'GetItem', readUnits: 1, writeUnits: 0 },
        { operation: 'GetItem', readUnits: 0.5, writeUnits: 0 },
      ]);
    });

    describe('when answers are lost or refused', () => {
      it.each([
        'timeout-after-effect',
        'timeout-before-effect',
        'throttle',
        'conflict',
        'server-error',
      ] as const)('has the effect of a transaction once: %s', async (fault) => {
        const key = { pk: 'fault-tx', sk: fault };
        faults.next('TransactWriteItemsCommand', fault, fault);
        await opened.tables.transact([
          { put: { ...key, owner: 'ann' }, when: absent, otherwise: taken },
          { update: { pk: 'fault-tx', sk: `${fault}-sum` }, add: { n: 1 } },
        ]);
        expect(await opened.tables.get({ ...key, sk: `${fault}-sum` }, { consistent: true })).toMatchObject({
          n: 1,
        });
      });

      it.each(['timeout-after-effect', 'timeout-before-effect', 'throttle', 'server-error'] as const)(
        'does not mistake its own single write for that of another: %s',
        async (fault) => {
          faults.next('PutItemCommand', fault);
          const write = { put: { pk: 'fault-put', sk: fault, owner: 'ann' }, when: absent, otherwise: taken };
          await opened.tables.write(write);
          await expect(opened.tables.write(write)).rejects.toThrow('taken by ann');
          faults.next('UpdateItemCommand', fault, fault);
          const sum = await opened.tables.write({
            update: { pk: 'fault-put', sk: fault },
            add: { n: 1 },
            when: { expression: 'attribute_not_exists(n)' },
          });
          expect(sum).toMatchObject({ n: 1, owner: 'ann' });
          faults.next('UpdateItemCommand', fault);
          expect(
            await opened.tables.write({ update: { pk: 'fault-put', sk: fault }, add: { n: 1 } }),
          ).toMatchObject({
            n: 2,
          });
        },
      );

      it('deletes once under a condition', async () => {
        await put({ pk: 'fault-delete', sk: '1', owner: 'ann' });
        faults.next('TransactWriteItemsCommand', 'timeout-after-effect');
        const when = { expression: '#o = :o', names: { '#o': 'owner' }, values: { ':o': 'ann' } };
        await opened.tables.write({ delete: { pk: 'fault-delete', sk: '1' }, when });
        await expect(
          opened.tables.write({ delete: { pk: 'fault-delete', sk: '1' }, when }),
        ).rejects.toThrow();
      });

      it('gives UNAVAILABLE when its tries are used up, and keeps the cause', async () => {
        const impatient = opened.reopen({ maxAttempts: 3, sleep: async () => undefined });
        faults.next('GetItemCommand', 'throttle', 'throttle', 'throttle');
        await expect(impatient.get({ pk: 'x', sk: 'x' })).rejects.toMatchObject({
          type: 'UNAVAILABLE',
          cause: { name: 'ProvisionedThroughputExceededException' },
        });
      });

      it('stops with UNAVAILABLE when the request is over', async () => {
        faults.next('GetItemCommand', ...Array.from({ length: 50 }, () => 'throttle' as const));
        const signal = AbortSignal.timeout(60);
        await expect(opened.tables.get({ pk: 'x', sk: 'x' }, { signal })).rejects.toMatchObject({
          type: 'UNAVAILABLE',
        });
        faults.clear();
      });

      it('sends again what a batch left unprocessed', async () => {
        faults.next('BatchWriteItemCommand', 'partial', 'partial');
        faults.next('BatchGetItemCommand', 'partial', 'partial');
        const keys = Array.from({ length: 20 }, (_, n) => ({ pk: 'partial', sk: String(n) }));
        await opened.tables.writeAll(keys.map((key) => ({ put: key })));
        expect(await opened.tables.batchGet(keys, { consistent: true })).toHaveLength(20);
      });
    });
  });
};
