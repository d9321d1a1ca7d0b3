import type { Context } from 'aws-lambda';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { stageMetrics } from '../platform/logging/stage-metrics.ts';
import { batchTime } from '../platform/work/sqs-batch.ts';
import { createSweeper } from '../platform/work/sweeper.ts';
import { clearObjects } from './clear-objects.ts';
import { config } from './config.ts';
import { reconcileQueues } from './reconcile-queues.ts';
import { appTables } from './tables.ts';

/** What both of a sweep's parts have done. */
interface Swept {
  sent: number;
  cleared: number;
}

/** A minute's look for what should have moved and did not, and for objects' bytes that are to be cleared away. */
export const sweepHandler = () => {
  const log = createLogger('worker-sweep');
  const { STAGE } = config('STAGE');
  const tables = appTables();
  const clear = clearObjects(tables, log);
  const sweep = createSweeper({
    tables,
    queues: reconcileQueues(),
    clock: systemClock,
    log,
    measure: ({ stuck }) => stageMetrics(STAGE, systemClock.now(), { StuckResources: stuck }, 'Count'),
  });
  return async (_event: unknown, context: Context): Promise<Swept> => {
    const { signal } = batchTime(context);
    // Neither waits for the other, nor fails with it.
    const [sent, cleared] = await Promise.allSettled([sweep(signal), clear(signal)]);
    if (sent.status === 'fulfilled' && cleared.status === 'fulfilled')
      return { sent: sent.value, cleared: cleared.value };
    const failures = [sent, cleared].flatMap((part) => (part.status === 'rejected' ? [part.reason] : []));
    throw new AggregateError(failures, 'a part of the sweep failed');
  };
};
