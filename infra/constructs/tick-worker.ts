import type { Construct } from 'constructs';
import { ephemeralTable, reconcileQueue, recordTable, tickQueue } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';
import { Schedule } from './schedule.ts';

/** The ten-second ticker: a schedule of each minute, split by delayed messages of a queue of its own. */
export class TickWorker extends QueueWorker {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id, {
      platform,
      queue: 'tick',
      worker: 'tick',
      description:
        'Visits, every ten seconds, what has fallen due: scaling groups, batch jobs, cron jobs and secrets',
      errorImpact:
        'Users whose cron jobs and scheduled actions run late, whose secrets are rotated late, and whose scaling groups and batch jobs have lost a message: the sweep finds them within two minutes.',
      timeoutSeconds: 20,
      // The next tick does the same work anew.
      maxReceiveCount: 3,
      batchSize: 10,
      maxConcurrency: 2,
      lateAfterSeconds: 120,
      links: [
        recordTable(scope, platform, ['dynamodb:BatchGetItem', 'dynamodb:UpdateItem'], ['work']),
        ephemeralTable(scope, platform, []),
        // Of the kinds that are ticked: lib/platform/work/ticked-kinds.ts.
        reconcileQueue(scope, platform, 'autoscaling'),
        reconcileQueue(scope, platform, 'batch'),
        reconcileQueue(scope, platform, 'cron'),
        reconcileQueue(scope, platform, 'secrets'),
        tickQueue(scope, platform),
      ],
    });
    new Schedule(this, 'EveryMinute', {
      name: platform.names.function('worker-tick'),
      description: 'Ticks every minute; the ticks between follow from it',
      expression: 'rate(1 minute)',
      target: { arn: this.queue.queueArn, action: 'sqs:SendMessage', input: { task: 'minute' } },
      dead: this.deadLetterQueue,
    });
  }
}
