import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createSweeper } from '../platform/work/sweeper.ts';
import { tickedKinds } from '../platform/work/ticked-kinds.ts';
import { createTicker, TickTask } from '../platform/work/ticker.ts';
import { config } from './config.ts';
import { reconcileQueues } from './reconcile-queues.ts';
import { sqsTicks } from './sqs-ticks.ts';
import { appTables } from './tables.ts';

/** What was to happen just now is given a moment: its own message is on the way. */
const graceMilliseconds = 5_000;
/** What nothing comes of is visited again after three ticks. */
const claimMilliseconds = 30_000;

/** Every ten seconds a look for what has fallen due of the kinds that ask for it. */
export const tickHandler = () => {
  const log = createLogger('worker-tick');
  const visit = createSweeper({
    tables: appTables(),
    queues: reconcileQueues(tickedKinds),
    clock: systemClock,
    log,
    kinds: tickedKinds,
    graceMilliseconds,
    claimMilliseconds,
  });
  const { TICK_QUEUE_URL } = config('TICK_QUEUE_URL');
  const tick = createTicker({ later: sqsTicks(awsClient(SQSClient, 'SQS'), TICK_QUEUE_URL), visit });
  return sqsBatch({ schema: TickTask, log, handle: (tasks, { signal }) => tick(tasks, signal) });
};
