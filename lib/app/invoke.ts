import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createHeldBatches } from '../services/event-sources/held.ts';
import { InvocationTask } from '../services/functions/invocation-task.ts';
import { createInvocationWorker } from '../services/functions/invocation-worker.ts';
import { createInvocations } from '../services/functions/invocations.ts';
import { functionKind } from '../services/functions/service.ts';
import { queueKind } from '../services/queues/service.ts';
import { functionInvoker } from './lambda.ts';
import { sqsInvocations } from './sqs-invocations.ts';
import { sqsMessaging } from './sqs-messaging.ts';
import { appTables } from './tables.ts';

/** Runs the invocations that were accepted, each once its message comes. */
export const invokeHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-invoke');
  const run = createInvocationWorker({
    functions: createStore(functionKind, { tables, clock }),
    invocations: createInvocations({ tables, clock }),
    invoker: functionInvoker(),
    send: sqsInvocations(),
    held: createHeldBatches({
      messaging: sqsMessaging(),
      queues: createStore(queueKind, { tables, clock }),
    }),
    clock,
    log,
  });
  return sqsBatch({
    schema: InvocationTask,
    log,
    handle: (tasks, time, receives) =>
      Promise.all(
        tasks.map(async (task, index) => {
          const { payload: _, batch, ...fields } = task;
          const source = batch && { source: batch.source_id, messages: batch.messages.length };
          try {
            return { fields: { ...fields, ...source, outcome: await run(task, time, receives[index]) } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
