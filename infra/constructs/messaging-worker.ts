import type { Construct } from 'constructs';
import { ephemeralTable, recordTable } from './links.ts';
import { sendingToTenantQueues, tenantQueues } from './messaging-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The reconciler of what lives on SQS, with its queue. */
export const messagingWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileMessaging', {
    platform,
    queue: 'reconcile-messaging',
    worker: 'reconcile-messaging',
    description: 'Brings queues from what is wanted to what is',
    errorImpact:
      'Users whose queues do not take new settings, do not go away, or whose dead letters do not come back. Messages are sent and received all the same.',
    timeoutSeconds: 20,
    // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 5,
    lateAfterSeconds: 120,
    links: [
      // The subscriptions of a topic that goes are looked for.
      recordTable(scope, platform, [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ]),
      ephemeralTable(scope, platform, ['dynamodb:UpdateItem']),
      tenantQueues(scope, platform, [
        ...sendingToTenantQueues,
        'sqs:SetQueueAttributes',
        'sqs:GetQueueAttributes',
        'sqs:DeleteQueue',
        'sqs:ReceiveMessage',
        'sqs:DeleteMessage',
      ]),
    ],
  });
