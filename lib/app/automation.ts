import { createStore } from '../platform/store/create-store.ts';
import type { AutomationServices } from '../services/automation-routes.ts';
import { ScalingGroups, scalingGroupKind } from '../services/autoscaling/service.ts';
import { createFindings, Drift, driftKind } from '../services/drift/service.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** What is wanted of scaling groups. Reads and writes the tables alone: no AWS client of its own here. */
export const composeAutomation = ({
  tables,
  clock,
  newId,
}: Pick<AppParts, 'tables' | 'clock' | 'newId'>): App<AutomationServices> => {
  const stored = { tables, clock, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  return {
    services: {
      scalingGroups: new ScalingGroups({ store: createStore(scalingGroupKind, stored) }),
      drift: new Drift({
        store: createStore(driftKind, stored),
        tables,
        findings: createFindings({ tables }),
        clock,
        newId,
      }),
    },
  };
};
