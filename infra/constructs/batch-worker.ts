import type { Construct } from 'constructs';
import { zones } from './compute-links.ts';
import { ephemeralTable, readItems, recordTable, writeItems } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The runner of batch jobs, with its queue. It reaches no other service of AWS than the tables. */
export const batchWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileBatch', {
    platform,
    queue: 'reconcile-batch',
    worker: 'reconcile-batch',
    description: 'Runs batch jobs: begins their items and writes down how they end',
    errorImpact: 'Users whose batch jobs stand still. What their items have begun already comes to its end.',
    timeoutSeconds: 20,
    // A job that fails by our own fault is put off in its record: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 8,
    lateAfterSeconds: 120,
    links: [
      // Items of a job that is forgotten are deleted many at a time.
      recordTable(scope, platform, [...readItems, ...writeItems, 'dynamodb:BatchWriteItem']),
      ephemeralTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
      zones(platform),
      {
        environment: {
          DEFAULT_QUOTAS: JSON.stringify(platform.context.quotas),
          AMI_ALLOW_LIST: JSON.stringify(platform.context.amiAllowList),
        },
      },
    ],
  });
