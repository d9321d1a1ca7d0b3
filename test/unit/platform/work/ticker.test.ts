import { describe, expect, it } from 'vitest';
import { createTicker, type TickTask } from '../../../../lib/platform/work/ticker.ts';

const signal = new AbortController().signal;
const minute: TickTask = { task: 'minute' };
const tick: TickTask = { task: 'tick' };

const world = (unsent: ReadonlyMap<number, Error> = new Map()) => {
  const delays: number[] = [];
  const visits: number[] = [];
  const ticker = createTicker({
    later: async (seconds) => {
      delays.push(...seconds);
      return unsent;
    },
    visit: async () => visits.push(1),
  });
  return { delays, visits, run: (...tasks: TickTask[]) => ticker(tasks, signal) };
};

describe('the ticker', () => {
  it('is the first tick of a minute itself, and sends the others ahead', async () => {
    const { delays, visits, run } = world();
    expect(await run(minute)).toEqual([{ fields: { task: 'minute', sent: 1 } }]);
    expect([delays, visits.length]).toEqual([[10, 20, 30, 40, 50], 1]);
  });

  it('visits once for ticks that come together, and sends nothing ahead for them', async () => {
    const { delays, visits, run } = world();
    expect(await run(tick, tick)).toHaveLength(2);
    expect([delays, visits.length]).toEqual([[], 1]);
  });

  it('gives a minute back whose ticks could not be sent, though it has visited', async () => {
    const { visits, run } = world(new Map([[2, new Error('no queue')]]));
    const results = await run(minute, tick);
    expect(results).toEqual([{ error: new Error('no queue') }, { fields: { task: 'tick', sent: 1 } }]);
    expect(visits).toHaveLength(1);
  });

  it('gives everything back where the visit failed', async () => {
    const ticker = createTicker({
      later: async () => new Map(),
      visit: () => Promise.reject(new Error('no table')),
    });
    expect(await ticker([minute, tick], signal)).toEqual([
      { error: new Error('no table') },
      { error: new Error('no table') },
    ]);
  });
});
