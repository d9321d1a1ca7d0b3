import type { Construct } from 'constructs';
import { egressRanges, ephemeralTable, readItems, recordTable } from './links.ts';
import { sendingToTenantQueues, tenantQueues } from './messaging-links.ts';
import { deliverQueue, sealingSecret } from './notify-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The bound of SQS: a published text of 256 KiB, in base64 and with what goes with it, is within it. */
const maxMessageBytes = 1_048_576;

/** From a published message to its subscriptions. */
export const fanOutWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'FanOut', {
    platform,
    queue: 'fan-out',
    worker: 'fan-out',
    description: 'Brings published messages to the subscriptions of their topics',
    errorImpact: 'Users whose published messages reach no queue and no webhook yet.',
    timeoutSeconds: 20,
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 10,
    lateAfterSeconds: 120,
    maxMessageBytes,
    links: [
      recordTable(scope, platform, readItems),
      ephemeralTable(scope, platform, []),
      tenantQueues(scope, platform, sendingToTenantQueues),
      deliverQueue(scope, platform),
    ],
  });

/** From a message to one subscription, again and again for a day. */
export const deliverWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'Deliver', {
    platform,
    queue: 'deliver',
    worker: 'deliver',
    description: 'Delivers messages to webhooks, and to queues that did not take them at once',
    errorImpact: 'Users whose webhooks are called late or not at all.',
    // It calls tenants' targets, which may take 15 s.
    timeoutSeconds: 35,
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 20,
    // A later attempt waits in the queue for up to 15 minutes.
    lateAfterSeconds: 1_200,
    maxMessageBytes,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:UpdateItem']),
      ephemeralTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:PutItem']),
      tenantQueues(scope, platform, sendingToTenantQueues),
      deliverQueue(scope, platform),
      sealingSecret(platform),
      egressRanges(platform),
    ],
  });
