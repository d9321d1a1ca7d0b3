import { createStore } from '../platform/store/create-store.ts';
import { GatewayRoutes, gatewayRouteKind } from '../services/gateway/service.ts';
import type { IntegrationServices } from '../services/integration-routes.ts';
import { config } from './config.ts';
import { composeCronJobs } from './cron-jobs.ts';
import { targetPolicy } from './egress.ts';
import { composeQueues } from './queues.ts';
import type { App, AppParts } from './serve.ts';

/** Queues, topics, cron jobs and the routes of the gateway. */
export const composeIntegration = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>,
): App<IntegrationServices> => {
  const stored = { ...parts, limits: config('DEFAULT_QUOTAS').DEFAULT_QUOTAS };
  return {
    services: {
      ...composeQueues(parts),
      cronJobs: composeCronJobs(parts),
      gatewayRoutes: new GatewayRoutes({
        ...parts,
        store: createStore(gatewayRouteKind, stored),
        policy: targetPolicy(),
      }),
    },
  };
};
