import { isSuspended } from '../platform/auth/is-suspended.ts';
import { createBreakers } from '../platform/breaker/breakers.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { batchActions } from '../services/batch-jobs/actions/index.ts';
import { createAdvance } from '../services/batch-jobs/advance.ts';
import { createBatchJobController } from '../services/batch-jobs/controller.ts';
import { batchJobKind } from '../services/batch-jobs/record.ts';
import { instanceKind } from '../services/instances/record.ts';
import { createInstancePlans } from '../services/instances/service.ts';
import { composeBulkInstances } from './bulk-instances.ts';
import { appTables } from './tables.ts';

/** Runs batch jobs. What they do to instances is a change of what is wanted: no AWS client. */
export const reconcileBatchHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-batch');
  const store = createStore(batchJobKind, { tables, clock });
  const advance = createAdvance({
    store,
    tables,
    services: {
      tables,
      bulk: composeBulkInstances({ tables, clock, newId }),
      plans: createInstancePlans({
        store: createStore(instanceKind, { tables, clock }),
        tables,
        clock,
        newId,
      }),
      newId,
    },
    actions: batchActions,
    breakers: createBreakers({ tables, clock }),
    isSuspended: isSuspended(tables),
    clock,
    log,
  });
  const controller = createBatchJobController({ advance, tables });
  const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log });
  return reconcileWorker({ reconciler, log });
};
