import { expect, it } from 'vitest';
import { ascending, runOne, runSeeds } from './pool.ts';

it('runs a seed alike each time, in whatever thread and after whatever other seeds', async () => {
  const first = new Map<number, string>();
  await runSeeds(
    ascending(1, 12),
    ({ seed, checksum }) => {
      first.set(seed, checksum);
    },
    { threads: 2 },
  );
  const alone = new Map<number, string>();
  for (const seed of [12, 7, 3]) alone.set(seed, (await runOne(seed)).checksum);
  for (const [seed, checksum] of alone) expect([seed, checksum]).toEqual([seed, first.get(seed)]);
});

it('keeps the same trace whether somebody reads it or not', async () => {
  const read = await runOne(5, { keepTrace: true });
  expect(read.trace.length).toBeGreaterThan(100);
  expect(read.checksum).toBe((await runOne(5)).checksum);
});
