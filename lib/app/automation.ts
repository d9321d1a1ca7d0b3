import { createStore } from '../platform/store/create-store.ts';
import type { AutomationServices } from '../services/automation-routes.ts';
import {
  GroupMembers,
  ScalingGroups,
  ScalingRules,
  scalingGroupKind,
} from '../services/autoscaling/service.ts';
import { createFindings, Drift, driftKind } from '../services/drift/service.ts';
import { loadBalancerKind } from '../services/load-balancers/service.ts';
import { composeBatchJobs } from './batch-jobs.ts';
import { composeBulkInstances, composeLaunchNetworks } from './bulk-instances.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of scaling groups and batch jobs. Reads and writes the tables alone: no AWS client of its own here. */
export const composeAutomation = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>,
): App<AutomationServices> => {
  const stored = { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  const store = createStore(scalingGroupKind, stored);
  const balancers = createStore(loadBalancerKind, stored);
  const bulk = composeBulkInstances(parts);
  return {
    services: {
      scalingGroups: new ScalingGroups({
        ...parts,
        store,
        balancers,
        bulk,
        networks: composeLaunchNetworks(parts),
      }),
      groupMembers: new GroupMembers({ ...parts, store, balancers }),
      scalingRules: new ScalingRules({ ...parts, store }),
      drift: new Drift({
        ...parts,
        store: createStore(driftKind, stored),
        findings: createFindings(parts),
      }),
      ...composeBatchJobs(parts, bulk),
    },
  };
};
