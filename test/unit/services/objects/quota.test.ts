import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMilliseconds } from '../../../../lib/services/objects/limits.ts';
import { startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ objects: 5, object_bytes: 1_000 });
});
afterAll(() => world.stop());

const put = (key: string, size: number, as: string) =>
  world.call({ method: 'PUT', path: `/storage/q/${key}`, body: Buffer.alloc(size), as });

describe('the quotas of a tenant', () => {
  it('are never overrun by many uploads at once', async () => {
    const sent = await Promise.all(Array.from({ length: 12 }, (_, key) => put(`${key % 4}`, 150, 'crowd')));
    const statuses = sent.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(6).fill(201), ...Array(6).fill(429)]);
    const refused = sent.find(({ status }) => status === 429);
    expect(refused?.json.error).toMatchObject({
      type: 'RESOURCE_LIMIT_EXCEEDED',
      message: 'the quota of 1000 object_bytes is reached (900 in use)',
    });
    expect(await world.audit()).toEqual([]);
  });

  it('count objects too', async () => {
    for (let key = 0; key < 5; key++) expect((await put(`${key}`, 1, 'many')).status).toBe(201);
    const sixth = await put('5', 1, 'many');
    expect([sixth.status, sixth.json.error.message]).toEqual([
      429,
      'the quota of 5 objects is reached (5 in use)',
    ]);
    expect((await put('4', 1, 'many')).status).toBe(201);
    world.clock.time += dayMilliseconds;
    await world.clear();
    expect(await world.audit()).toEqual([]);
  });

  it('are taken by an upload as it begins, and given back where it ends', async () => {
    const begin = (size_bytes: number) =>
      world.call({
        method: 'POST',
        path: '/storage-uploads',
        body: { bucket: 'q', key: 'u', size_bytes },
        as: 'upload',
      });
    const first = await begin(800);
    expect(first.status).toBe(201);
    expect((await begin(300)).status).toBe(429);
    await world.call({ method: 'DELETE', path: `/storage-uploads/${first.json.data.id}`, as: 'upload' });
    expect((await begin(300)).status).toBe(201);
    expect(await world.audit()).toEqual([]);
  });

  it('are free again once what was deleted is cleared away', async () => {
    await put('a', 900, 'freed');
    const sent = { method: 'DELETE', path: '/storage/q/a', as: 'freed' };
    await world.call(sent);
    expect((await put('b', 900, 'freed')).status).toBe(429);
    await world.call({ ...sent, query: 'permanent=true' });
    await world.clear();
    expect((await put('b', 900, 'freed')).status).toBe(201);
    await world.clear();
    expect(await world.audit()).toEqual([]);
  });
});
