import type { Construct } from 'constructs';
import { zones } from './compute-links.ts';
import { ephemeralTable, recordTable, writeItems } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The reconciler of scaling groups, with its queue. It reaches no other service of AWS than the tables. */
export const autoscalingWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileAutoscaling', {
    platform,
    queue: 'reconcile-autoscaling',
    worker: 'reconcile-autoscaling',
    description: 'Keeps scaling groups at their size, and evaluates their policies',
    errorImpact: 'Users whose scaling groups do not grow, shrink or replace instances. What runs, runs on.',
    timeoutSeconds: 20,
    // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 10,
    lateAfterSeconds: 60,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', ...writeItems]),
      ephemeralTable(scope, platform, [
        'dynamodb:BatchGetItem',
        'dynamodb:Query',
        'dynamodb:PutItem',
        'dynamodb:UpdateItem',
      ]),
      zones(platform),
      {
        environment: {
          DEFAULT_QUOTAS: JSON.stringify(platform.context.quotas),
          AMI_ALLOW_LIST: JSON.stringify(platform.context.amiAllowList),
        },
      },
    ],
  });
