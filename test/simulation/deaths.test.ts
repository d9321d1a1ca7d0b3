import { beforeAll, describe, expect, it } from 'vitest';
import type { Death } from './engine/crashes.ts';
import { ascending, runSeeds } from './pool.ts';
import type { Result } from './simulate.ts';

/** Whatever one seed draws of latencies will do: nothing else is left to chance. */
const seed = 1;

const workers = [
  'worker-fan-out',
  'worker-deliver',
  'worker-invocations',
  'worker-cron',
  'worker-reconcile-messaging',
  'worker-reconcile-functions',
] as const;

/** To die before a call is to die after the one before it: it makes a difference for the first alone. */
const deathsOf = (of: string, calls: number): Death[] => [
  { of, at: 1, when: 'before' },
  ...Array.from({ length: calls }, (_, index): Death => ({ of, at: index + 1, when: 'after' })),
];

let undisturbed: Result;
const plays: Result[] = [];

/** The script is played once for each call that a worker makes; there its process ends, and another takes over. */
beforeAll(async () => {
  await runSeeds(
    ascending(1, 1),
    (result) => {
      undisturbed = result;
    },
    { threads: 1, orderOf: (turn) => ({ seed, turn, scripted: true }) },
  );
  const deaths = workers.flatMap((of) => deathsOf(of, undisturbed.calls[of] ?? 0));
  await runSeeds(ascending(1, deaths.length), (result) => plays.push(result), {
    orderOf: (turn) => ({ seed, turn, scripted: true, death: deaths[turn - 1] }),
  });
}, 600_000);

it('a script of messages, invocations and runs comes to its end where nothing dies', () => {
  expect(undisturbed.broken).toEqual([]);
});

describe.each(workers)('%s', (of) => {
  const own = () => plays.filter(({ death }) => death?.of === of);

  it('dies at each of its calls, to a table, a queue, Lambda, S3 or a target of a tenant', () => {
    const calls = undisturbed.calls[of] ?? 0;
    expect(calls, 'calls in the script').toBeGreaterThan(10);
    const died = own().map(({ death }) => `${death?.when} ${death?.at}`);
    expect(died.toSorted()).toEqual(
      deathsOf(of, calls)
        .map(({ when, at }) => `${when} ${at}`)
        .toSorted(),
    );
  });

  it('loses nothing by that, and leaves nothing behind: all holds that must hold at the end of a seed', () => {
    const broken = own().flatMap((play) =>
      play.broken.map((what) => `${play.death?.when} call ${play.death?.at}: ${what}`),
    );
    expect(broken).toEqual([]);
  });
});
