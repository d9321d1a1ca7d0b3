import type { Route } from '../platform/http/route.ts';

/** What the routes of queues, topics, cron jobs and gateway routes need. */
export type IntegrationServices = Record<never, never>;

/** The routes of the integration function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const integrationRoutes: readonly Route<IntegrationServices>[] = [];
