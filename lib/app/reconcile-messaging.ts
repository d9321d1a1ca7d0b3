import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createQueueController } from '../services/queues/controller.ts';
import { queueKind } from '../services/queues/service.ts';
import { notifyKinds } from './notify-kinds.ts';
import { sqsMessaging } from './sqs-messaging.ts';
import { appTables } from './tables.ts';

/** Brings about on SQS what is wanted of queues; subscriptions go with their topics. */
export const reconcileMessagingHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-messaging');
  const store = createStore(queueKind, { tables, clock });
  const controller = createQueueController({ messaging: sqsMessaging(), store });
  const reconciler = createReconciler({
    kinds: [{ controller, store }, ...notifyKinds({ tables, clock })],
    tables,
    clock,
    log,
  });
  return reconcileWorker({ reconciler, log });
};
