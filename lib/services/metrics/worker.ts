import type { CollectTask, MetricsTask } from './tasks.ts';

/** How one task ended, for its log line, or why it must be tried again. */
type Outcome = { fields: object } | { error: unknown };

export interface MetricsWorkerOptions {
  list(signal: AbortSignal): Promise<object>;
  collect(tasks: readonly CollectTask[], signal: AbortSignal): Promise<readonly Outcome[]>;
  relax(token: string | undefined, signal: AbortSignal): Promise<object>;
}

const isCollection = (task: MetricsTask): task is CollectTask => task.task === 'collect';

/** Does the tasks of one batch: its collections together, so that they share calls, beside all others. */
export const createMetricsWorker = ({ list, collect, relax }: MetricsWorkerOptions) => {
  const one = async (task: Exclude<MetricsTask, CollectTask>, signal: AbortSignal): Promise<Outcome> => {
    try {
      const done = task.task === 'list' ? await list(signal) : await relax(task.token, signal);
      return { fields: { task: task.task, ...done } };
    } catch (error) {
      return { error };
    }
  };

  const collectAll = async (
    tasks: readonly CollectTask[],
    signal: AbortSignal,
  ): Promise<readonly Outcome[]> => {
    try {
      return tasks.length === 0 ? [] : await collect(tasks, signal);
    } catch (error) {
      return tasks.map(() => ({ error }));
    }
  };

  /** @returns the outcome of each task, in order */
  return async (tasks: readonly MetricsTask[], signal: AbortSignal): Promise<Outcome[]> => {
    const collections = tasks.filter(isCollection);
    const [collected, others] = await Promise.all([
      collectAll(collections, signal),
      Promise.all(tasks.map((task) => (isCollection(task) ? undefined : one(task, signal)))),
    ]);
    return tasks.map(
      (task, index) =>
        others[index] ??
        collected[collections.indexOf(task as CollectTask)] ?? { error: new Error('the task was not done') },
    );
  };
};
