import { isSuspended } from '../platform/auth/is-suspended.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import { createEgress } from '../platform/egress/egress.ts';
import { longLeaseMilliseconds } from '../platform/lifecycle/lease.ts';
import type { Log } from '../platform/lifecycle/log.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Tables } from '../platform/table/types.ts';
import { createCronJobController } from '../services/cron/controller.ts';
import { createCronRunController } from '../services/cron/run-controller.ts';
import { cronJobKind, cronRunKind } from '../services/cron/service.ts';
import { createHttpTarget } from '../services/cron/target.http.ts';
import { createResourceTarget, createTarget } from '../services/cron/target.resource.ts';
import type { CallTarget } from '../services/cron/target.ts';
import { cronSenders } from './cron-senders.ts';
import { targetPolicy } from './egress.ts';
import { appTables } from './tables.ts';

interface Parts {
  tables: Tables;
  clock: Clock;
  call: CallTarget;
  log: Pick<Log, 'info' | 'warn'>;
}

/** What begins the runs of jobs, and makes them. */
export const composeCronWorker = ({ tables, clock, call, log }: Parts) => {
  const jobs = createStore(cronJobKind, { tables, clock });
  const runs = createStore(cronRunKind, { tables, clock });
  const parts = { isSuspended: isSuspended(tables), clock, log };
  return createReconciler({
    kinds: [
      { controller: createCronJobController({ ...parts, runs }), store: jobs },
      { controller: createCronRunController({ ...parts, store: runs, jobs, call }), store: runs },
    ],
    tables,
    clock,
    log,
    leaseMilliseconds: longLeaseMilliseconds,
  });
};

/** Makes the runs of cron jobs: the one place from which their targets are called. */
export const reconcileCronHandler = () => {
  const clock = systemClock;
  const log = createLogger('worker-reconcile-cron');
  const tables = appTables({ clock });
  const call = createTarget(
    createHttpTarget(createEgress({ policy: targetPolicy() })),
    createResourceTarget(cronSenders({ tables, clock })),
  );
  return reconcileWorker({ reconciler: composeCronWorker({ tables, clock, call, log }), log });
};
