import type { Clock } from '../../platform/clock.ts';
import type { Tables } from '../../platform/table/types.ts';
import { meteredGroups, meteredShards } from './metered.ts';
import { collectTasks, type MetricsQueue } from './tasks.ts';

export interface ListerOptions {
  tables: Pick<Tables, 'query'>;
  queue: MetricsQueue;
  clock: Clock;
}

/**
 * Finds all metered groups and asks for a collection of each, in messages of as many as one call to CloudWatch can answer
 * for. Done twice, groups are collected twice, which changes nothing.
 * @throws Error where a message could not be sent
 */
export const createLister =
  ({ tables, queue, clock }: ListerOptions) =>
  async (signal: AbortSignal): Promise<{ groups: number; messages: number }> => {
    const shards = Array.from({ length: meteredShards }, (_, shard) => meteredGroups(tables, shard, signal));
    const groups = (await Promise.all(shards)).flat();
    const tasks = collectTasks(groups, new Date(clock.now()).toISOString());
    const unsent = await queue.send(tasks, signal);
    for (const error of unsent.values()) throw error;
    return { groups: groups.length, messages: tasks.length };
  };
