import { sqsBatch } from '../work/sqs-batch.ts';
import type { Log } from './log.ts';
import { ReconcileMessageSchema } from './message.ts';
import type { Reconciler } from './reconciler.ts';

export interface ReconcileWorkerOptions {
  reconciler: Pick<Reconciler, 'handle'>;
  log: Pick<Log, 'info' | 'error'>;
}

/** A reconcile queue's handler: wiring for `functions/workers/reconcile.ts`. */
export const reconcileWorker = ({ reconciler, log }: ReconcileWorkerOptions) =>
  sqsBatch({
    schema: ReconcileMessageSchema,
    log,
    handle: async (messages, time) => {
      const results = await reconciler.handle(messages, time);
      return results.map((result, index) =>
        'error' in result ? result : { fields: { ...messages[index], ending: result.ending } },
      );
    },
  });
