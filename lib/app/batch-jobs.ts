import { createBreakers } from '../platform/breaker/breakers.ts';
import { createStore } from '../platform/store/create-store.ts';
import { batchActions } from '../services/batch-jobs/actions/index.ts';
import { BatchJobs, batchJobKind } from '../services/batch-jobs/service.ts';
import { type CircuitBreakers, createCircuitBreakers } from '../services/circuit-breakers/service.ts';
import { type BulkInstances, type LaunchTemplate, selectInstances } from '../services/instances/service.ts';
import { config } from './config.ts';
import type { AppParts } from './serve.ts';

/** What is wanted of batch jobs, and how the backends are that they wait for. */
export const composeBatchJobs = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>,
  bulk: Pick<BulkInstances, 'check'>,
): { batchJobs: BatchJobs; circuitBreakers: CircuitBreakers } => ({
  batchJobs: new BatchJobs({
    ...parts,
    store: createStore(batchJobKind, { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS }),
    actions: batchActions,
    select: selectInstances(parts.tables),
    check: (action, parameters) => {
      if (action === 'instance.launch') bulk.check(parameters as LaunchTemplate);
    },
  }),
  circuitBreakers: createCircuitBreakers(createBreakers(parts)),
});
