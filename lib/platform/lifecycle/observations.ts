import type { Reconciled } from '../table/resource.ts';
import type { Controller } from './types.ts';

interface Asked<R, Observed> {
  resource: R;
  answer: PromiseWithResolvers<Observed | undefined>;
}

/**
 * Gathers the looks at a cloud that are asked for at about the same time into one call.
 *
 * @param window waits for as long as looks are gathered
 */
export const createObservations = <R extends Reconciled, Observed>(
  controller: Controller<R, Observed>,
  signal: AbortSignal,
  window: () => Promise<unknown>,
) => {
  let waiting: Asked<R, Observed>[] = [];
  let gathering = false;

  const look = async (): Promise<void> => {
    const opened = await Promise.allSettled([window()]);
    gathering = false;
    const asked = waiting;
    waiting = [];
    try {
      for (const result of opened) if (result.status === 'rejected') throw result.reason;
      const resources = asked.map(({ resource }) => resource);
      const seen = await controller.observe(resources, signal);
      for (const { resource, answer } of asked) answer.resolve(seen.get(resource.id));
    } catch (error) {
      for (const { answer } of asked) answer.reject(error);
    }
  };

  return (resource: R): Promise<Observed | undefined> => {
    const answer = Promise.withResolvers<Observed | undefined>();
    waiting.push({ resource, answer });
    if (!gathering) {
      gathering = true;
      void look();
    }
    return answer.promise;
  };
};
