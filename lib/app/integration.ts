import type { IntegrationServices } from '../services/integration-routes.ts';
import { composeCronJobs } from './cron-jobs.ts';
import { composeGatewayRoutes } from './gateway-routes.ts';
import { composeNotify } from './notify.ts';
import { composeQueues } from './queues.ts';
import type { App, AppParts } from './serve.ts';

/** Queues, topics, cron jobs and the routes of the gateway. */
export const composeIntegration = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>,
): App<IntegrationServices> => {
  const { services, sealer } = composeNotify(parts);
  return {
    services: {
      ...composeQueues(parts),
      ...services,
      ...composeGatewayRoutes(parts),
      cronJobs: composeCronJobs(parts),
    },
    sealer,
  };
};
