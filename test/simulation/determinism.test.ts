import { expect, it } from 'vitest';
import { ascending, runOne, runSeeds } from './pool.ts';

it.each([
  ['a seed', undefined, 12],
  ['a seed of messages', 9, 5],
  ['a seed of functions and cron jobs', 10, 5],
])('runs %s alike each time, in whatever thread and after whatever other seeds', async (_, theme, count) => {
  const first = new Map<number, string>();
  await runSeeds(
    ascending(1, count),
    ({ seed, checksum }) => {
      first.set(seed, checksum);
    },
    { threads: 2, theme },
  );
  const alone = new Map<number, string>();
  for (const seed of [count, Math.ceil(count / 2), 3])
    alone.set(seed, (await runOne(seed, { theme })).checksum);
  for (const [seed, checksum] of alone) expect([seed, checksum]).toEqual([seed, first.get(seed)]);
});

it('keeps the same trace whether somebody reads it or not', async () => {
  const read = await runOne(5, { keepTrace: true });
  expect(read.trace.length).toBeGreaterThan(100);
  expect(read.checksum).toBe((await runOne(5)).checksum);
});
