import type { IntegrationServices } from '../services/integration-routes.ts';
import type { App } from './serve.ts';

/** Queues, topics, cron jobs and the routes of the gateway. */
export const composeIntegration = (): App<IntegrationServices> => ({ services: {} });
