import type { Route } from '../platform/http/route.ts';
import { cronRoutes } from './cron/routes.ts';
import type { CronJobs } from './cron/service.ts';
import { deliveryRoutes } from './deliveries/routes.ts';
import type { Deliveries } from './deliveries/service.ts';
import { gatewayRouteRoutes } from './gateway/routes.ts';
import type { GatewayRoutes } from './gateway/service.ts';
import { queueRoutes } from './queues/routes.ts';
import type { QueueMessages, Queues } from './queues/service.ts';
import { subscriptionRoutes } from './subscriptions/routes.ts';
import type { Subscriptions } from './subscriptions/service.ts';
import { topicRoutes } from './topics/routes.ts';
import type { Topics } from './topics/service.ts';

/** What the routes of queues, topics, cron jobs and gateway routes need. */
export interface IntegrationServices {
  queues: Queues;
  queueMessages: QueueMessages;
  topics: Topics;
  subscriptions: Subscriptions;
  deliveries: Deliveries;
  cronJobs: CronJobs;
  gatewayRoutes: GatewayRoutes;
}

/** The routes of the integration function. Apart from the other functions' list, so that their schemas stay out of its bundle. */
export const integrationRoutes: readonly Route<IntegrationServices>[] = [
  ...queueRoutes,
  ...topicRoutes,
  ...subscriptionRoutes,
  ...deliveryRoutes,
  ...cronRoutes,
  ...gatewayRouteRoutes,
];
