import { composeAutomation } from '../../../lib/app/automation.ts';
import { composeBalancing } from '../../../lib/app/balancing.ts';
import { composeCompute } from '../../../lib/app/compute.ts';
import { deliverHandler } from '../../../lib/app/deliver.ts';
import { fanOutHandler } from '../../../lib/app/fan-out.ts';
import { historyHandler } from '../../../lib/app/history.ts';
import { composeIdentity } from '../../../lib/app/identity.ts';
import { composeIntegration } from '../../../lib/app/integration.ts';
import { invokeHandler } from '../../../lib/app/invoke.ts';
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
import { composeRuntime } from '../../../lib/app/runtime.ts';
import { composeSecurityGroups } from '../../../lib/app/security-groups.ts';
import { serve } from '../../../lib/app/serve.ts';
import { composeStorage } from '../../../lib/app/storage.ts';
import { sweepHandler } from '../../../lib/app/sweep.ts';
import { tickHandler } from '../../../lib/app/tick.ts';
import { automationRoutes } from '../../../lib/services/automation-routes.ts';
import { balancingRoutes } from '../../../lib/services/balancing-routes.ts';
import { computeRoutes } from '../../../lib/services/compute-routes.ts';
import { maxReceives } from '../../../lib/services/functions/invocation-task.ts';
import { identityRoutes } from '../../../lib/services/identity-routes.ts';
import { integrationRoutes } from '../../../lib/services/integration-routes.ts';
import { networkRoutes } from '../../../lib/services/network-routes.ts';
import { runtimeRoutes } from '../../../lib/services/runtime-routes.ts';
import { securityGroupRoutes } from '../../../lib/services/security-group-routes.ts';
import { storageRoutes } from '../../../lib/services/storage-routes.ts';
import type { Handler } from './function.ts';
// Loaded by the first request that needs them: here before the first run, as no seed commands the loading of files.
import '../../../lib/app/lambda.ts';
import '../../../lib/app/platform-secret.ts';
import '../../../lib/app/s3.ts';
import '../../../lib/app/sqs-invocations.ts';
import '../../../lib/app/sqs-messaging.ts';
import '../../../lib/app/sqs-notify.ts';
import '../../../lib/app/sqs-publishing.ts';
import '../../../lib/services/functions/archive.ts';
import '../../../lib/services/functions/backend.lambda/codes.ts';

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
  'api-integration': {
    prefixes: ['/queues', '/notify', '/cron'],
    start: start(() => serve('api-integration', integrationRoutes, composeIntegration)),
  },
  'api-runtime': {
    prefixes: ['/functions'],
    start: start(() => serve('api-runtime', runtimeRoutes, composeRuntime)),
  },
  'api-identity': {
    prefixes: ['/auth'],
    start: start(() => serve('api-identity', identityRoutes, composeIdentity)),
  },
};

export interface QueueWorkerSettings {
  start: () => Handler;
  maxReceiveCount: number;
  maxConcurrency: number;
  /** Of the environment: what the queue's URL is called. */
  variable?: string;
  /** 10, unless said otherwise. */
  batchSize?: number;
  /** 20, unless said otherwise. */
  timeoutSeconds?: number;
  /** Six times the timeout, unless said otherwise. */
  visibilitySeconds?: number;
}

/** The workers of queues by the names of their queues, with the bounds that `infra/constructs` gives them. */
export const queueWorkers: Readonly<Record<string, QueueWorkerSettings>> = {
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
    timeoutSeconds: 35,
    maxReceiveCount: 20,
    maxConcurrency: 50,
    variable: 'RECONCILE_CRON_QUEUE_URL',
  },
  'fan-out': {
    start: start(fanOutHandler),
    maxReceiveCount: 20,
    maxConcurrency: 10,
    variable: 'FAN_OUT_QUEUE_URL',
  },
  deliver: {
    start: start(deliverHandler),
    timeoutSeconds: 35,
    maxReceiveCount: 20,
    maxConcurrency: 20,
    variable: 'DELIVER_QUEUE_URL',
  },
  invocations: {
    start: start(invokeHandler),
    batchSize: 1,
    timeoutSeconds: 900,
    visibilitySeconds: 960,
    maxReceiveCount: maxReceives,
    maxConcurrency: 50,
    variable: 'INVOCATIONS_QUEUE_URL',
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
