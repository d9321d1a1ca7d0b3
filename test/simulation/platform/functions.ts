import { composeAutomation } from '../../../lib/app/automation.ts';
import { composeBalancing } from '../../../lib/app/balancing.ts';
import { composeCompute } from '../../../lib/app/compute.ts';
import { historyHandler } from '../../../lib/app/history.ts';
import { composeIdentity } from '../../../lib/app/identity.ts';
import { metricsHandler } from '../../../lib/app/metrics.ts';
import { composeNetwork } from '../../../lib/app/network.ts';
import { observeHandler } from '../../../lib/app/observe.ts';
import { outboxHandler } from '../../../lib/app/outbox.ts';
import { reconcileHandler } from '../../../lib/app/reconcile.ts';
import { reconcileAutoscalingHandler } from '../../../lib/app/reconcile-autoscaling.ts';
import { reconcileBalancingHandler } from '../../../lib/app/reconcile-balancing.ts';
import { reconcileBatchHandler } from '../../../lib/app/reconcile-batch.ts';
import { reconcileCronHandler } from '../../../lib/app/reconcile-cron.ts';
import { reconcileDriftHandler } from '../../../lib/app/reconcile-drift.ts';
import { reconcileFunctionsHandler } from '../../../lib/app/reconcile-functions.ts';
import { reconcileMessagingHandler } from '../../../lib/app/reconcile-messaging.ts';
import { reconcileNetworkHandler } from '../../../lib/app/reconcile-network.ts';
import { reconcileSourcesHandler } from '../../../lib/app/reconcile-sources.ts';
import { reconcileStorageHandler } from '../../../lib/app/reconcile-storage.ts';
import { composeSecurityGroups } from '../../../lib/app/security-groups.ts';
import { serve } from '../../../lib/app/serve.ts';
import { composeStorage } from '../../../lib/app/storage.ts';
import { sweepHandler } from '../../../lib/app/sweep.ts';
import { tickHandler } from '../../../lib/app/tick.ts';
import { automationRoutes } from '../../../lib/services/automation-routes.ts';
import { balancingRoutes } from '../../../lib/services/balancing-routes.ts';
import { computeRoutes } from '../../../lib/services/compute-routes.ts';
import { identityRoutes } from '../../../lib/services/identity-routes.ts';
import { networkRoutes } from '../../../lib/services/network-routes.ts';
import { securityGroupRoutes } from '../../../lib/services/security-group-routes.ts';
import { storageRoutes } from '../../../lib/services/storage-routes.ts';
import type { Handler } from './function.ts';

const start = (make: () => unknown) => make as () => Handler;

/** The functions of the API by the prefixes of their paths: each with the composition that its entry point has. */
export const apiFunctions: Readonly<Record<string, { prefixes: readonly string[]; start: () => Handler }>> = {
  'api-compute': {
    prefixes: ['/instances', '/quotas'],
    start: start(() => serve('api-compute', computeRoutes, composeCompute)),
  },
  'api-network': {
    prefixes: ['/vpcs', '/subnets'],
    start: start(() => serve('api-network', networkRoutes, composeNetwork)),
  },
  'api-groups': {
    prefixes: ['/security-groups'],
    start: start(() => serve('api-network', securityGroupRoutes, composeSecurityGroups)),
  },
  'api-balancing': {
    prefixes: ['/lb'],
    start: start(() => serve('api-network', balancingRoutes, composeBalancing)),
  },
  'api-storage': {
    prefixes: ['/volumes', '/snapshots', '/snapshot-schedules'],
    start: start(() => serve('api-storage', storageRoutes, composeStorage)),
  },
  'api-automation': {
    prefixes: ['/autoscaling', '/batch'],
    start: start(() => serve('api-automation', automationRoutes, composeAutomation)),
  },
  'api-identity': {
    prefixes: ['/auth'],
    start: start(() => serve('api-identity', identityRoutes, composeIdentity)),
  },
};

/** The workers of queues: name of the queue, what its messages are received, and the environment variable of its URL. */
export const queueWorkers: Readonly<
  Record<string, { start: () => Handler; maxReceiveCount: number; maxConcurrency: number; variable?: string }>
> = {
  'reconcile-ec2': {
    start: start(reconcileHandler),
    maxReceiveCount: 20,
    maxConcurrency: 10,
    variable: 'RECONCILE_EC2_QUEUE_URL',
  },
  'reconcile-network': {
    start: start(reconcileNetworkHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_NETWORK_QUEUE_URL',
  },
  'reconcile-storage': {
    start: start(reconcileStorageHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_STORAGE_QUEUE_URL',
  },
  'reconcile-balancing': {
    start: start(reconcileBalancingHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_BALANCING_QUEUE_URL',
  },
  autoscaling: {
    start: start(reconcileAutoscalingHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_AUTOSCALING_QUEUE_URL',
  },
  batch: {
    start: start(reconcileBatchHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_BATCH_QUEUE_URL',
  },
  'reconcile-functions': {
    start: start(reconcileFunctionsHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_FUNCTIONS_QUEUE_URL',
  },
  'reconcile-messaging': {
    start: start(reconcileMessagingHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_MESSAGING_QUEUE_URL',
  },
  'reconcile-sources': {
    start: start(reconcileSourcesHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_SOURCES_QUEUE_URL',
  },
  cron: {
    start: start(reconcileCronHandler),
    maxReceiveCount: 20,
    maxConcurrency: 5,
    variable: 'RECONCILE_CRON_QUEUE_URL',
  },
  drift: {
    start: start(reconcileDriftHandler),
    maxReceiveCount: 20,
    maxConcurrency: 2,
    variable: 'RECONCILE_DRIFT_QUEUE_URL',
  },
  metrics: {
    start: start(metricsHandler),
    maxReceiveCount: 5,
    maxConcurrency: 5,
    variable: 'METRICS_QUEUE_URL',
  },
  tick: { start: start(tickHandler), maxReceiveCount: 5, maxConcurrency: 2, variable: 'TICK_QUEUE_URL' },
  observe: {
    start: start(observeHandler),
    maxReceiveCount: 5,
    maxConcurrency: 5,
    variable: 'OBSERVE_QUEUE_URL',
  },
  history: { start: start(historyHandler), maxReceiveCount: 5, maxConcurrency: 5 },
};

export const outbox = start(outboxHandler);
export const sweep = start(sweepHandler);
