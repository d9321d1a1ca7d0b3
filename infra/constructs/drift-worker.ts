import type { Construct } from 'constructs';
import { callBudgets, cloudListing, workloadRole } from './compute-links.ts';
import { ephemeralTable, readItems, reconcileQueue, recordTable, writeItems } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';
import { Schedule } from './schedule.ts';

/** The worker that compares all records with the cloud, with its queue, and the schedule that asks for it each hour. */
export const driftWorker = (scope: Construct, platform: Platform): QueueWorker => {
  const worker = new QueueWorker(scope, 'ReconcileDrift', {
    platform,
    queue: 'reconcile-drift',
    worker: 'reconcile-drift',
    description: 'Compares all records with the cloud, and has what differs looked at',
    errorImpact:
      'Users whose resources were changed outside: they are mended late. Operators read an old drift report, and leftovers go on costing.',
    timeoutSeconds: 20,
    maxReceiveCount: 20,
    // A run is a sequence of steps that take their time: each has an invocation for itself.
    batchSize: 1,
    maxConcurrency: 2,
    lateAfterSeconds: 900,
    links: [
      recordTable(scope, platform, [...readItems, ...writeItems]),
      ephemeralTable(scope, platform, ['dynamodb:UpdateItem', 'dynamodb:BatchWriteItem']),
      ...(['ec2', 'network', 'storage', 'balancing'] as const).map((backend) =>
        reconcileQueue(scope, platform, backend),
      ),
      callBudgets(platform),
      workloadRole(platform),
      cloudListing(),
    ],
  });
  new Schedule(scope, 'DriftHourly', {
    name: platform.names.function('drift'),
    description: 'Compares all records with the cloud each hour',
    // Off the hour, when everybody's schedules run.
    expression: 'cron(17 * * * ? *)',
    target: {
      arn: worker.queue.queueArn,
      action: 'sqs:SendMessage',
      input: { source: 'thecloud', 'detail-type': 'DriftDue' },
    },
    dead: worker.deadLetterQueue,
  });
  return worker;
};
