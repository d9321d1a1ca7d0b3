import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { costOf } from '../../../support/tables.ts';
import { type Sent, startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ objects: 1_000, object_bytes: 1_000_000 });
  await world.call({ method: 'PUT', path: '/storage/b/first', body: Buffer.from('first') });
  for (let key = 0; key < 20; key++)
    await world.call({ method: 'PUT', path: `/storage/list/${key}`, body: Buffer.from('x') });
});
afterAll(() => world.stop());

const put = (key: string): Sent => ({ method: 'PUT', path: `/storage/b/${key}`, body: Buffer.from('x') });

/** What docs/cost.md says of each. */
describe('what a request costs of DynamoDB', () => {
  it.each<[string, Sent, { requests: number; readUnits: number; writeUnits: number }]>([
    ['a new object', put('new'), { requests: 3, readUnits: 1, writeUnits: 18 }],
    ['an object written over', put('first'), { requests: 3, readUnits: 1, writeUnits: 15 }],
    ['a download', { path: '/storage/b/first' }, { requests: 1, readUnits: 1, writeUnits: 0 }],
    ['a list of buckets', { path: '/storage' }, { requests: 1, readUnits: 1, writeUnits: 0 }],
    ['a list of 20', { path: '/storage/list' }, { requests: 1, readUnits: 3, writeUnits: 0 }],
    [
      'a delete',
      { method: 'DELETE', path: '/storage/b/first' },
      { requests: 2, readUnits: 1, writeUnits: 10 },
    ],
  ])('%s', async (_, sent, cost) => {
    expect(await costOf(world.db, () => world.call(sent))).toEqual(cost);
  });
});
