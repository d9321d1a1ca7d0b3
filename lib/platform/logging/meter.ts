import { AsyncLocalStorage } from 'node:async_hooks';

/** What one request asked of DynamoDB. */
export interface Meter {
  requests: number;
}

const storage = new AsyncLocalStorage<Meter>();

/** Runs a request with a meter of its own, whatever else runs in the thread. */
export const metered = <T>(run: () => T): T => storage.run({ requests: 0 }, run);

/** The meter of the request under way. */
export const currentMeter = (): Meter | undefined => storage.getStore();

interface MeteredClient {
  middlewareStack: { add(middleware: never, options: never): void };
}

/**
 * Counts the client's calls for the request under way. Not their capacity units: DynamoDB would have to be asked for those
 * each time, which costs more than the rest of a log line.
 */
export const countCalls = (client: MeteredClient): void => {
  const middleware = (next: (args: unknown) => Promise<unknown>) => (args: unknown) => {
    const meter = storage.getStore();
    if (meter) meter.requests += 1;
    return next(args);
  };
  client.middlewareStack.add(middleware as never, { step: 'initialize', name: 'countCalls' } as never);
};
