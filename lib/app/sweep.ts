import type { Context } from 'aws-lambda';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { stageMetrics } from '../platform/logging/stage-metrics.ts';
import { batchTime } from '../platform/work/sqs-batch.ts';
import { createSweeper } from '../platform/work/sweeper.ts';
import { config } from './config.ts';
import { reconcileQueues } from './reconcile-queues.ts';
import { appTables } from './tables.ts';

/** A minute's look for what should have moved and did not. */
export const sweepHandler = () => {
  const log = createLogger('worker-sweep');
  const { STAGE } = config('STAGE');
  const sweep = createSweeper({
    tables: appTables(),
    queues: reconcileQueues(),
    clock: systemClock,
    log,
    measure: ({ stuck }) => stageMetrics(STAGE, systemClock.now(), { StuckResources: stuck }, 'Count'),
  });
  return async (_event: unknown, context: Context): Promise<{ sent: number }> => ({
    sent: await sweep(batchTime(context).signal),
  });
};
