import type { Construct } from 'constructs';
import { invocationsQueue } from './function-links.ts';
import { ephemeralTable, recordTable } from './links.ts';
import { tenantQueues } from './messaging-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/**
 * What looks at the queues that functions are run for, with its queue. A look at a queue in use waits eight seconds for messages, one
 * at another a second: 500 looks at once are 500 queues in use, or some 4,000 that are not.
 */
export const sourcesWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileSources', {
    platform,
    queue: 'reconcile-sources',
    worker: 'reconcile-sources',
    description: 'Takes messages from the queues that functions are run for',
    errorImpact:
      'Users whose functions are not run for the messages of a queue, or late. The messages stay in their queue.',
    timeoutSeconds: 20,
    // A look that fails is followed by another: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 50,
    lateAfterSeconds: 60,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']),
      ephemeralTable(scope, platform, ['dynamodb:PutItem', 'dynamodb:UpdateItem']),
      tenantQueues(scope, platform, [
        'sqs:ReceiveMessage',
        'sqs:ChangeMessageVisibility',
        'sqs:GetQueueAttributes',
      ]),
      invocationsQueue(scope, platform),
    ],
  });
