import * as z from 'zod/mini';

/** What the ticker's queue delivers: the schedule's minute, or one of its six ticks. */
export const TickTask = z.object({ task: z.enum(['minute', 'tick']) });
export type TickTask = z.infer<typeof TickTask>;

/** The ticks that follow the minute's own, in seconds after it. */
const followingSeconds = [10, 20, 30, 40, 50];

export interface TickerOptions {
  /** Sends one tick for each delay to the ticker's own queue. @returns the failures by index */
  later(delaySeconds: readonly number[], signal: AbortSignal): Promise<ReadonlyMap<number, Error>>;
  /** Has what is due looked at. @returns how many were sent */
  visit(signal: AbortSignal): Promise<number>;
}

type Outcome = { fields: object } | { error: unknown };

/**
 * Ten-second ticks out of a schedule that knows only minutes: each minute sends its other five ticks ahead, and is the
 * first itself. Ticks that come twice, or together, visit once: what is due is claimed.
 */
export const createTicker = ({ later, visit }: TickerOptions) => {
  const follow = async (signal: AbortSignal): Promise<void> => {
    for (const error of (await later(followingSeconds, signal)).values()) throw error;
  };

  /** @returns for each task, in order, how it ended */
  return async (tasks: readonly TickTask[], signal: AbortSignal): Promise<Outcome[]> => {
    if (tasks.length === 0) return [];
    const [followed, visited] = await Promise.allSettled([
      tasks.some(({ task }) => task === 'minute') ? follow(signal) : undefined,
      visit(signal),
    ]);
    return tasks.map(({ task }): Outcome => {
      if (visited.status === 'rejected') return { error: visited.reason };
      if (task === 'minute' && followed.status === 'rejected') return { error: followed.reason };
      return { fields: { task, sent: visited.value } };
    });
  };
};
