import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';

interface Asked {
  id: string;
  signal: AbortSignal;
  answer: PromiseWithResolvers<void>;
}

/** Failures that may be of one id alone; EC2 then has done nothing for the others either. The rest meets all alike. */
const mayBeOfOne: ReadonlySet<BackendFailure> = new Set(['not_yet', 'rejected', 'capacity', 'exhausted']);

/** Lets all that is asked for in this turn of the event loop come together. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Makes one call of what is asked for one instance at a time: a worker's messages do their steps side by side, and EC2's
 * budget is in calls. Where the call fails for what may be wrong with one of them, each goes by itself.
 *
 * @param send the call for some ids
 */
export const together = (send: (ids: readonly string[], signal: AbortSignal) => Promise<void>) => {
  let waiting: Asked[] = [];

  const go = async (asked: readonly Asked[]): Promise<void> => {
    const [first, ...others] = asked;
    if (!first) return;
    try {
      await send([...new Set(asked.map(({ id }) => id))], first.signal);
      for (const { answer } of asked) answer.resolve();
    } catch (error) {
      const goAlone = others.length > 0 && error instanceof BackendError && mayBeOfOne.has(error.failure);
      if (goAlone) await Promise.all(asked.map((one) => go([one])));
      else for (const { answer } of asked) answer.reject(error);
    }
  };

  return async (id: string, signal: AbortSignal): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    waiting.push({ id, signal, answer });
    if (waiting.length === 1) {
      await turn();
      const asked = waiting;
      waiting = [];
      void go(asked);
    }
    return answer.promise;
  };
};
