import { AsyncLocalStorage } from 'node:async_hooks';
import type { Consumed } from '../table/types.ts';

/** What one request asked of DynamoDB. */
export interface Meter {
  requests: number;
  readUnits: number;
  writeUnits: number;
}

const storage = new AsyncLocalStorage<Meter>();

/** Runs a request with a meter of its own, whatever else runs in the thread. */
export const metered = <T>(run: () => T): T => storage.run({ requests: 0, readUnits: 0, writeUnits: 0 }, run);

/** The meter of the request under way. */
export const currentMeter = (): Meter | undefined => storage.getStore();

/** Counts one request to DynamoDB: the `onConsumed` of the tables. */
export const countConsumed = ({ readUnits, writeUnits }: Consumed): void => {
  const meter = storage.getStore();
  if (!meter) return;
  meter.requests += 1;
  meter.readUnits += readUnits;
  meter.writeUnits += writeUnits;
};
