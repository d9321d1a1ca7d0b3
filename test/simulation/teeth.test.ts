import { describe, expect, it } from 'vitest';
import { plants } from './plants/index.ts';
import type { Plant } from './plants/plant.ts';
import { ascending, runOne, runSeeds } from './pool.ts';
import type { Result } from './simulate.ts';

/** A planted bug must show within so many seeds; most take fewer than ten. */
const most = 150;

const firstThatShows = async (plant: Plant): Promise<Result | undefined> => {
  const found: Result[] = [];
  await runSeeds(
    ascending(1, most, () => found.length > 0),
    (result) => {
      if (result.broken.some((what) => plant.shows.test(what))) found.push(result);
    },
    { plant },
  );
  return found.toSorted((a, b) => a.seed - b.seed)[0];
};

describe('the simulator finds each planted bug', () => {
  it.each(plants)('$name: $description', async (plant) => {
    const found = await firstThatShows(plant);
    expect(found, `no seed up to ${most} shows it`).toBeDefined();
    const { seed } = found as Result;
    expect((await runOne(seed, { theme: plant.theme })).broken, `seed ${seed} without the bug`).toEqual([]);
  });
});
