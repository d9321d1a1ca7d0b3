import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Plant } from './plants/plant.ts';
import type { Result } from './simulate.ts';
import type { Order } from './worker.ts';

/** Room for what lives no longer than a request: with V8's own 16 MB a tenth of the time goes into collecting it. */
const youngMegabytes = 64;

export interface PoolOptions {
  /** Default: as many as there are processors. */
  threads?: number;
  plant?: Plant;
  keepTrace?: boolean;
  /** What all seeds dwell on; default: what the plant wants, or each seed its own. */
  theme?: number;
  /** What is to be done for each number that `more` gives; default: the seed of that number. */
  orderOf?: (number: number) => Order;
}

/**
 * Runs seeds, spread over threads, and gives each result as it comes.
 *
 * @param more asked for the next seed, in ascending order; `undefined` ends it
 * @throws Error where a thread fails
 */
export const runSeeds = async (
  more: () => number | undefined,
  heard: (result: Result) => void,
  {
    threads = availableParallelism(),
    plant,
    keepTrace = false,
    theme = plant?.theme,
    orderOf,
  }: PoolOptions = {},
): Promise<void> => {
  const thread = (): Promise<void> =>
    new Promise((done, fail) => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), {
        workerData: { plant },
        resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes },
      });
      const next = (): void => {
        const next = more();
        if (next === undefined) void worker.terminate().then(() => done());
        else worker.postMessage(orderOf?.(next) ?? ({ seed: next, keepTrace, theme } satisfies Order));
      };
      worker.on('message', (message: 'ready' | Result) => {
        if (message !== 'ready') heard(message);
        next();
      });
      worker.on('error', fail);
    });
  await Promise.all(Array.from({ length: threads }, thread));
};

/** The seeds from one to the other, until they are used up or `stopped`. */
export const ascending = (from: number, to: number, stopped: () => boolean = () => false) => {
  let seed = from;
  return (): number | undefined => (seed > to || stopped() ? undefined : seed++);
};

/** One seed, with all that happened in it. */
export const runOne = async (seed: number, options: PoolOptions = {}): Promise<Result> => {
  const results: Result[] = [];
  await runSeeds(ascending(seed, seed), (result) => results.push(result), { ...options, threads: 1 });
  return results[0] as Result;
};
