/** One thread of a simulation: takes seeds in ascending order and tells what came of each. */
import { parentPort, workerData } from 'node:worker_threads';
import { installGlobals } from './engine/globals.ts';
import { hookModules } from './hooks.ts';
import type { Plant } from './plants/plant.ts';
import type { SimulateOptions } from './simulate.ts';

export interface Order extends SimulateOptions {
  seed: number;
}

hookModules((workerData as { plant?: Plant }).plant);
// Only now: what is loaded before the hooks would be the real thing.
const { simulate } = await import('./simulate.ts');
installGlobals();

parentPort?.on('message', async ({ seed, ...options }: Order) => {
  parentPort?.postMessage(await simulate(seed, options));
});
parentPort?.postMessage('ready');
