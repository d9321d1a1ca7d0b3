/** One thread of a simulation: takes seeds in ascending order and tells what came of each. */
import { parentPort, workerData } from 'node:worker_threads';
import { installGlobals } from './engine/globals.ts';
import { hookModules } from './hooks.ts';
import type { Plant } from './plants/plant.ts';

export interface Order {
  seed: number;
  keepTrace: boolean;
  theme?: number;
}

hookModules((workerData as { plant?: Plant }).plant);
// Only now: what is loaded before the hooks would be the real thing.
const { simulate } = await import('./simulate.ts');
installGlobals();

parentPort?.on('message', async ({ seed, keepTrace, theme }: Order) => {
  parentPort?.postMessage(await simulate(seed, { keepTrace, theme }));
});
parentPort?.postMessage('ready');
