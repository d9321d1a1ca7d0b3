import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../../lib/platform/store/cursor.ts';
import { chunkItem, chunkOf, itemsPartition } from '../../../../lib/services/batch-jobs/chunk.ts';
import { packIds, unpackId, unpackIds } from '../../../../lib/services/batch-jobs/packed-ids.ts';
import { keptJobs } from '../../../../lib/services/batch-jobs/service.ts';
import { matchesPattern } from '../../../../lib/services/instances/selection.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';
import { type Batch, everything, newCaller, openBatch } from './harness.ts';

let database: TestTables;
let batch: Batch;

beforeAll(async () => {
  database = await startTables();
  batch = openBatch(database.tables);
});
afterAll(() => database?.stop());

const tag = (targets: string[]) => ({ action: 'instance.tag', targets, parameters: { set: { a: 'b' } } });

describe('what is kept of a job', () => {
  it('goes with the oldest one that has ended, when there is one too many, and nothing of it is left', async () => {
    const caller = newCaller();
    const { tenant } = caller.principal;
    const first = await batch.create(caller, tag([randomUUID()]));
    await batch.run(caller, first.id);
    const record = await batch.find(caller, first.id);
    // As many as are kept, made as the store makes them.
    for (let start = 1; start < keptJobs; start += 45) {
      const others = Array.from({ length: Math.min(45, keptJobs - start) }, () => ({
        ...record,
        id: first.id.slice(0, 9) + randomUUID().slice(9),
      }));
      await batch.store.createMany(
        caller,
        others.map((one) => ({ ...one, id: `ffff${one.id.slice(4)}` })),
      );
    }
    const next = await batch.create(caller, tag([randomUUID()]));
    await expect(batch.jobs.get(caller, first.id)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    expect(await batch.worker.look(caller, first.id)).toBe('forgotten');
    const left = await database.tables.queryPage({ partition: itemsPartition(tenant, first.id) });
    expect(left.items).toEqual([]);
    expect(await batch.store.find(tenant, first.id, { tombstones: true })).toBeUndefined();
    expect((await batch.jobs.get(caller, next.id)).status).toBe('pending');
  });

  it('stays where the oldest has not ended', async () => {
    const caller = newCaller();
    const first = await batch.create(caller, tag([randomUUID()]));
    await batch.create(caller, tag([randomUUID()]));
    expect((await batch.jobs.get(caller, first.id)).status).toBe('pending');
  });
});

describe('the items of a job', () => {
  it('are given page by page, by number and by cursor, all of them or those of a status', async () => {
    const caller = newCaller();
    const there = await batch.makeInstances(caller, 65);
    const targets = there.flatMap((id, index) => (index % 4 === 0 ? [id, randomUUID()] : [id]));
    const { id } = await batch.create(caller, {
      ...tag(targets),
      action: 'instance.stop',
      parameters: {},
      concurrency: 30,
    });
    await batch.worker.look(caller, id);
    const { counts } = await batch.jobs.get(caller, id);
    expect(counts).toMatchObject({ running: 30 });
    expect(counts.pending).toBeGreaterThan(0);
    const all = await batch.itemsOf(caller, id);
    expect(all.map(({ target_id }) => target_id)).toEqual(targets);

    for (const status of [undefined, 'pending', 'running', 'failed', 'succeeded', 'cancelled'] as const) {
      const expected = all.filter((item) => status === undefined || item.status === status);
      for (const pageSize of [7, 20, 100]) {
        const found = [];
        const request = { ...everything, paged: true, pageSize };
        let cursor: string | undefined;
        for (let page = 1; ; page++) {
          const byNumber = await batch.jobs.items(caller, id, { ...request, page }, { status });
          const byCursor = await batch.jobs.items(
            caller,
            id,
            { ...request, ...(cursor ? { cursor } : { page }) },
            { status },
          );
          expect(byCursor).toEqual(byNumber);
          expect(byNumber.page).toMatchObject({ page, pageSize, total: expected.length, sortBy: 'index' });
          found.push(...byNumber.items);
          cursor = byNumber.nextCursor;
          if (!cursor) break;
        }
        expect(found).toEqual(expected);
      }
    }
  });
});

describe('a cursor that no page of items gave', () => {
  it.each(['-5', '1.5', 'first', '199999990', '1e3'])('is refused: %s', async (id) => {
    const caller = newCaller();
    const job = await batch.create(caller, tag([randomUUID(), randomUUID()]));
    const cursor = encodeCursor(everything, { value: '', id, page: 2 });
    await expect(batch.jobs.items(caller, job.id, { ...everything, cursor }, {})).rejects.toMatchObject({
      type: 'INVALID_INPUT',
      issues: [{ path: 'cursor' }],
    });
  });
});

describe('a chunk', () => {
  it('is read as it was written', () => {
    const chunk = {
      number: 17,
      items: [
        { target: randomUUID(), status: 'running' as const, generation: 3 },
        { target: undefined, status: 'failed' as const, error: { type: 'NOT_FOUND', message: 'gone' } },
        { target: randomUUID(), status: 'succeeded' as const },
      ],
    };
    expect(chunkOf(chunkItem('tenant', 'job', chunk))).toEqual(chunk);
  });

  it('packs any id, also none', () => {
    const ids = [
      randomUUID(),
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      'fbefbefb-efbe-fbef-befb-efbefbefbefb',
    ];
    expect(unpackIds(packIds(ids))).toEqual(ids);
    expect(unpackId(packIds([ids[0], undefined, ids[2]]), 1)).toBeUndefined();
    expect(unpackId(packIds([ids[0], undefined, ids[2]]), 2)).toBe(ids[2]);
  });
});

describe('a name pattern', () => {
  it.each([
    ['web-*', 'web-1', true],
    ['web-*', 'web-', true],
    ['web-*', 'db-web-1', false],
    ['*', 'anything', true],
    ['?', 'a', true],
    ['?', 'ab', false],
    ['w?b', 'web', true],
    ['*-1', 'web-11', false],
    ['*-1', 'web-1-1', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['Web', 'web', false],
    ['web.1', 'web-1', false],
    ['**', '', true],
  ])('%s and %s: %s', (pattern, name, expected) => expect(matchesPattern(pattern, name)).toBe(expected));

  it('takes no longer for many stars', () => {
    expect(matchesPattern(`${'*a'.repeat(32)}b`, 'a'.repeat(64))).toBe(false);
  });
});
