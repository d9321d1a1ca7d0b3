import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import type { Log } from '../platform/lifecycle/log.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { createTallyOf } from '../platform/totals/tally.ts';
import { createScalingGroupController } from '../services/autoscaling/controller.ts';
import { createEvaluator } from '../services/autoscaling/evaluator.ts';
import { scalingGroupKind } from '../services/autoscaling/record.ts';
import { createSurroundings } from '../services/autoscaling/surroundings.ts';
import { evaluations } from '../services/autoscaling/totals.ts';
import { loadBalancerKind } from '../services/load-balancers/service.ts';
import { composeBulkInstances } from './bulk-instances.ts';
import type { AppParts } from './serve.ts';
import { appTables } from './tables.ts';

type Parts = Pick<AppParts, 'tables' | 'clock' | 'newId'> & { log: Pick<Log, 'info' | 'warn'> };

/** What handles a batch of messages: evaluations first, and looks at what has something to do. */
export const composeScalingWorker = ({ tables, clock, newId, log }: Parts) => {
  const store = createStore(scalingGroupKind, { tables, clock });
  const balancers = createStore(loadBalancerKind, { tables, clock });
  const controller = createScalingGroupController({
    store,
    balancers,
    bulk: composeBulkInstances({ tables, clock, newId }),
    surroundings: createSurroundings({ tables, balancers, clock }),
    newId,
  });
  const report = (error: unknown) => log.warn('evaluations could not be counted', { error });
  const kinds = [{ controller, store }];
  const reconciler = createReconciler({ kinds, tables, clock, log, readsTogether: true });
  const count = createTallyOf({ tables, total: evaluations, report });
  return { handle: createEvaluator({ tables, clock, reconciler, count }) };
};

/** Brings about what is wanted of scaling groups, and evaluates their policies. Their reality is the table: no AWS client. */
export const reconcileAutoscalingHandler = () => {
  const clock = systemClock;
  const log = createLogger('worker-reconcile-autoscaling');
  const reconciler = composeScalingWorker({ tables: appTables({ clock }), clock, newId, log });
  return reconcileWorker({ reconciler, log });
};
