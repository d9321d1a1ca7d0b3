/**
 * Runs the platform in a world that is against it, seed after seed, and fails where anything that must hold does not.
 *
 *   npm run simulate                        2,000 seeds
 *   npm run simulate -- --seeds 100000      as many as asked for
 *   npm run simulate -- --seed 42           one, with its whole trace
 *
 * Further: `--from N` first seed; `--threads N`; `--plant NAME` with a planted bug; `--report FILE` the result as a test
 * report of one test.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { plants } from './plants/index.ts';
import { ascending, runOne, runSeeds } from './pool.ts';
import { showFailure } from './show.ts';
import type { Result } from './simulate.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '2000' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    threads: { type: 'string' },
    plant: { type: 'string' },
    theme: { type: 'string' },
    report: { type: 'string' },
  },
});

/** After this many failing seeds the rest is not looked at any more. */
const mostFailures = 5;
const everySeconds = 15;

const whole = (name: string, text: string): number => {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} must be a whole number from 1`);
  return number;
};

const plant = values.plant === undefined ? undefined : plants.find(({ name }) => name === values.plant);
if (values.plant !== undefined && !plant)
  throw new Error(`--plant must be one of ${plants.map(({ name }) => name).join(', ')}`);
const threads = values.threads === undefined ? undefined : whole('threads', values.threads);

/** 0 is the first. */
const theme = values.theme === undefined ? plant?.theme : Number(values.theme);

const replay = async (seed: number): Promise<boolean> => {
  const result = await runOne(seed, { plant, theme, keepTrace: true });
  console.log(showFailure(result, { all: true }));
  return result.broken.length === 0;
};

const runAll = async (from: number, count: number): Promise<boolean> => {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const failed: Result[] = [];
  const sum = { seeds: 0, requests: 0, steps: 0, milliseconds: 0 };
  let saidAt = 0;
  const say = (): void => {
    const days = (sum.milliseconds / 86_400_000).toFixed(1);
    console.log(
      `${sum.seeds} of ${count} seeds in ${seconds().toFixed(0)} s: ${sum.requests} requests, ${sum.steps} steps, ${days} days of virtual time; ${failed.length} failed`,
    );
  };
  await runSeeds(
    ascending(from, from + count - 1, () => failed.length >= mostFailures),
    (result) => {
      sum.seeds += 1;
      sum.requests += result.requests;
      sum.steps += result.steps;
      sum.milliseconds += result.milliseconds;
      if (result.broken.length > 0) failed.push(result);
      if (seconds() - saidAt < everySeconds) return;
      saidAt = seconds();
      say();
    },
    { plant, theme, threads },
  );
  say();
  for (const { seed } of failed.toSorted((a, b) => a.seed - b.seed))
    console.log(showFailure(await runOne(seed, { plant, theme, keepTrace: true }), { all: false }));
  return failed.length === 0;
};

const passed =
  values.seed === undefined
    ? await runAll(whole('from', values.from), whole('seeds', values.seeds))
    : await replay(whole('seed', values.seed));
// All seeds together are one test: how many there are is a matter of time, not of what is tested.
if (values.report)
  writeFileSync(
    values.report,
    JSON.stringify({ numPassedTests: passed ? 1 : 0, numFailedTests: passed ? 0 : 1, numPendingTests: 0 }),
  );
process.exitCode = passed ? 0 : 1;
