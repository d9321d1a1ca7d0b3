import type { Construct } from 'constructs';
import { invocationsQueue } from './function-links.ts';
import { egressRanges, ephemeralTable, recordTable, writeItems } from './links.ts';
import { sendingToTenantQueues, tenantQueues } from './messaging-links.ts';
import { fanOutQueue } from './notify-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/**
 * What makes the runs of cron jobs, with its queue. 500 calls at once: 1,000 jobs that are due in one minute all begin within
 * it, though each of their targets takes its whole 30 s.
 */
export const cronWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileCron', {
    platform,
    queue: 'reconcile-cron',
    worker: 'reconcile-cron',
    description: 'Begins the runs of cron jobs that are due, and calls their targets',
    errorImpact: 'Users whose cron jobs do not run, or run late. A run that has fallen due is made later.',
    // A target has 30 s, contract section 5; the rest is for writing down how it ended.
    timeoutSeconds: 35,
    // A call that fails is counted in its run: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 50,
    lateAfterSeconds: 60,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem', ...writeItems]),
      ephemeralTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
      egressRanges(platform),
      tenantQueues(scope, platform, sendingToTenantQueues),
      fanOutQueue(scope, platform),
      invocationsQueue(scope, platform),
      { environment: { DEFAULT_QUOTAS: JSON.stringify(platform.context.quotas) } },
    ],
  });
