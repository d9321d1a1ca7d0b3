import { CloudError } from '../../platform/errors/index.ts';

/** Lets at most `limit` pieces of work run at once; the others wait in order, and leave when their caller gives up. */
export const createGate = (limit: number) => {
  let running = 0;
  const waiting = new Set<() => void>();

  const enter = (signal: AbortSignal): Promise<void> => {
    if (running < limit) {
      running++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(proceed);
        reject(new CloudError('UNAVAILABLE', 'too much to do at the moment', { retryAfterSeconds: 1 }));
      };
      const proceed = () => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(proceed);
    });
  };

  const exit = () => {
    const [next] = waiting;
    if (!next) {
      running--;
      return;
    }
    waiting.delete(next);
    next();
  };

  /** @throws CloudError `UNAVAILABLE` where `signal` is aborted before there was room */
  return async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    await enter(signal);
    try {
      return await work();
    } finally {
      exit();
    }
  };
};
