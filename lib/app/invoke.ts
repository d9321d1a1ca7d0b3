import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { InvocationTask } from '../services/functions/invocation-task.ts';
import { createInvocationWorker } from '../services/functions/invocation-worker.ts';
import { createInvocations } from '../services/functions/invocations.ts';
import { functionKind } from '../services/functions/service.ts';
import { functionInvoker } from './lambda.ts';
import { sqsInvocations } from './sqs-invocations.ts';
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
    clock,
    log,
  });
  return sqsBatch({
    schema: InvocationTask,
    log,
    handle: (tasks, time, receives) =>
      Promise.all(
        tasks.map(async (task, index) => {
          const { payload: _, ...fields } = task;
          try {
            return { fields: { ...fields, outcome: await run(task, time, receives[index]) } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
