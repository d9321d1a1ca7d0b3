import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayMilliseconds } from '../../../../lib/services/objects/limits.ts';
import { type Sent, startWorld, type World } from './harness.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ objects: 1_000, object_bytes: 1_000_000 });
});
afterAll(() => world.stop());

let tenants = 0;
const newTenant = () => `dies${++tenants}`;

/** What is done, in the name of a tenant who has the object `a` with two versions, and an upload whose bytes are there. */
type Scene = (as: string, upload: string) => Promise<{ status: number }>;

const call = (sent: Sent) => world.call(sent);
const body = (text: string) => Buffer.from(text);

const prepare = async (as: string): Promise<string> => {
  for (const text of ['one', 'two'])
    await call({ method: 'PUT', path: '/storage/b/a', body: body(text), as });
  const sent = { bucket: 'b', key: 'up', size_bytes: 3 };
  const { json } = await call({ method: 'POST', path: '/storage-uploads', body: sent, as });
  await fetch(json.data.target.url, { method: 'PUT', body: 'abc' });
  return json.data.id;
};

const scenes: [string, Scene, steps: number][] = [
  ['a new object', (as) => call({ method: 'PUT', path: '/storage/b/new', body: body('new'), as }), 3],
  [
    'an object written over',
    (as) => call({ method: 'PUT', path: '/storage/b/a', body: body('three'), as }),
    3,
  ],
  [
    'a copy',
    (as) => call({ method: 'PUT', path: '/storage/b/copy', headers: { 'X-Copy-Source': '/b/a' }, as }),
    3,
  ],
  ['a delete', (as) => call({ method: 'DELETE', path: '/storage/b/a', as }), 1],
  [
    'an upload begun',
    (as) =>
      call({
        method: 'POST',
        path: '/storage-uploads',
        body: { bucket: 'b', key: 'x', size_bytes: 9, multipart: true },
        as,
      }),
    2,
  ],
  [
    'an upload completed',
    (as, upload) => call({ method: 'POST', path: `/storage-uploads/${upload}/complete`, body: {}, as }),
    1,
  ],
  [
    'an upload aborted',
    (as, upload) => call({ method: 'DELETE', path: `/storage-uploads/${upload}`, as }),
    3,
  ],
];

const deaths = scenes.flatMap(([label, scene, steps]) =>
  Array.from({ length: steps }, (_, step) =>
    (['before', 'after'] as const).map((when) => ({ label, scene, step: step + 1, when, steps })),
  ).flat(),
);

describe('a process that dies', () => {
  it.each(deaths)('at $label, $when its change $step of $steps, loses and leaves nothing', async (death) => {
    const as = newTenant();
    const upload = await prepare(as);
    world.dies(death);
    expect((await death.scene(as, upload)).status).toBe(500);
    expect(world.isDead()).toBe(true);
    world.dies(undefined);
    expect(await world.audit()).toEqual([]);

    // What was not answered is done again, and what a dead process left goes.
    const again = await death.scene(as, upload);
    expect([200, 201, 204, 404]).toContain(again.status);
    world.clock.time += 2 * dayMilliseconds;
    for (let run = 0; run < 3; run++) await world.clear();
    expect(await world.audit()).toEqual([]);
    const versions = await call({ path: '/storage-versions', query: 'bucket=b&key=a', as });
    expect(versions.json.data.length).toBeGreaterThanOrEqual(2);
    expect(world.kept().filter((key) => key.startsWith(`tenant-${as}/`)).length).toBeLessThanOrEqual(4);
  });

  it.each(
    [1, 2, 3, 4, 5, 6].flatMap((step) => (['before', 'after'] as const).map((when) => ({ step, when }))),
  )('while it clears away, $when its change $step, is followed by one that ends it', async (death) => {
    const as = newTenant();
    await prepare(as);
    await call({ method: 'DELETE', path: '/storage/b/a', query: 'permanent=true', as });
    world.clock.time += 2 * dayMilliseconds;
    world.dies(death);
    await world.clear();
    world.dies(undefined);
    expect(await world.audit()).toEqual([]);
    world.clock.time += dayMilliseconds;
    for (let run = 0; run < 3; run++) await world.clear();
    expect(await world.audit()).toEqual([]);
    expect(world.kept().filter((key) => key.startsWith(`tenant-${as}/`))).toEqual([]);
  });
});
