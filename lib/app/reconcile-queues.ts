import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import type { QueuesByKind } from '../platform/lifecycle/ports.ts';
import { config } from './config.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';

/** Which kinds each backend brings about. One queue for each backend, so that a slow one holds up no other. */
const kindsByQueue = {
  RECONCILE_EC2_QUEUE_URL: ['INSTANCE', 'LAUNCH_BATCH'],
  RECONCILE_NETWORK_QUEUE_URL: ['VPC', 'SUBNET', 'SECURITY_GROUP'],
  RECONCILE_STORAGE_QUEUE_URL: ['VOLUME', 'SNAPSHOT', 'SNAPSHOT_SCHEDULE'],
  RECONCILE_BALANCING_QUEUE_URL: ['LOAD_BALANCER'],
  RECONCILE_AUTOSCALING_QUEUE_URL: ['SCALING_GROUP'],
  RECONCILE_DRIFT_QUEUE_URL: ['DRIFT_REPORT'],
  RECONCILE_BATCH_QUEUE_URL: ['BATCH_JOB'],
  RECONCILE_MESSAGING_QUEUE_URL: ['QUEUE', 'TOPIC', 'SUBSCRIPTION'],
  RECONCILE_FUNCTIONS_QUEUE_URL: ['FUNCTION'],
  RECONCILE_SOURCES_QUEUE_URL: ['EVENT_SOURCE'],
  RECONCILE_CRON_QUEUE_URL: ['CRON_JOB', 'CRON_RUN'],
  RECONCILE_SECRETS_QUEUE_URL: ['SECRET'],
} as const;

type QueueVariable = keyof typeof kindsByQueue;

/**
 * The reconcile queues of this function's environment, by kind.
 * @param kinds those that it sends to; left out, all
 */
export const reconcileQueues = (kinds?: readonly string[]): QueuesByKind => {
  const all = Object.keys(kindsByQueue) as QueueVariable[];
  const variables = all.filter(
    (variable) => !kinds || kindsByQueue[variable].some((kind) => kinds.includes(kind)),
  );
  const urls = config(...variables);
  const client = awsClient(SQSClient, 'SQS');
  return Object.fromEntries(
    variables.flatMap((variable) => {
      const queue = sqsReconcileQueue(client, urls[variable]);
      return kindsByQueue[variable].map((kind) => [kind, queue]);
    }),
  );
};
