import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { config } from './config.ts';
import { callBudget, ec2Client, workloadClient } from './ec2.ts';
import { storageKinds } from './storage-kinds.ts';
import { appTables } from './tables.ts';

/** Brings about on EBS what is wanted of volumes and snapshots, and runs snapshot schedules. */
export const reconcileStorageHandler = () => {
  const { STAGE, DEFAULT_QUOTAS } = config('STAGE', 'DEFAULT_QUOTAS');
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-storage');
  const kinds = storageKinds({
    tables,
    clock,
    limits: DEFAULT_QUOTAS,
    ec2: ec2Client(workloadClient()),
    budget: callBudget('control', { tables, clock }),
    stage: STAGE,
  });
  return reconcileWorker({ reconciler: createReconciler({ kinds, tables, clock, log }), log });
};
