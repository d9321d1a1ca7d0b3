import * as z from 'zod/mini';
import type { Unsent } from '../../platform/lifecycle/ports.ts';
import { metricsPerCall } from './backend.cloudwatch.ts';
import type { MeteredEntry } from './metered.ts';

/** A message on the collector's queue: what it shall do now. */
export const MetricsTask = z.discriminatedUnion('task', [
  /** From the schedule of each minute: find out which groups are metered, and have each collected. */
  z.object({ task: z.literal('list') }),
  z.object({
    task: z.literal('collect'),
    /** When it was asked for, RFC 3339: one that waited for too long has been overtaken by others. */
    asked_at: z.string(),
    groups: z.array(z.object({ tenant: z.string(), group: z.string(), memory: z.boolean() })),
  }),
  /** From the schedule of each hour: detailed monitoring ends where nobody needs it any more. */
  z.object({
    task: z.literal('relax'),
    /** Where the page before ended. */
    token: z.optional(z.string()),
  }),
]);
export type MetricsTask = z.infer<typeof MetricsTask>;
export type CollectTask = Extract<MetricsTask, { task: 'collect' }>;

/** The collector's own queue. */
export interface MetricsQueue {
  send(tasks: readonly MetricsTask[], signal: AbortSignal): Promise<Unsent>;
}

/** Contract 2.9: instances of a group at most. Those that are on their way out don't matter any more. */
const membersAtMost = 20;

const metricsOf = ({ memory }: MeteredEntry): number => membersAtMost * (memory ? 2 : 1);

/** Groups by the message: as many as one call to CloudWatch can answer for, however large they are. */
export const collectTasks = (groups: readonly MeteredEntry[], asked_at: string): CollectTask[] => {
  const tasks: CollectTask[] = [];
  let left = 0;
  for (const group of groups) {
    left -= metricsOf(group);
    if (left < 0) {
      tasks.push({ task: 'collect', asked_at, groups: [] });
      left = metricsPerCall - metricsOf(group);
    }
    tasks.at(-1)?.groups.push(group);
  }
  return tasks;
};
