import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { callBudgets, madeAtRunTime, ofThisStage, onEverything, workloadRole } from './compute-links.ts';
import { type Link, writtenArn } from './link.ts';
import { ephemeralTable, metricsQueue, reconcileQueue, recordTable } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';
import { Schedule } from './schedule.ts';

/** Reading what was measured, and switching detailed monitoring of the stage's own instances. */
const measuring = (scope: Construct, platform: Platform): Link => {
  const everything = onEverything('cloudwatch:GetMetricData', 'ec2:DescribeInstances');
  return {
    wildcards: { ...everything.wildcards, [writtenArn('ec2', 'instance/*')]: madeAtRunTime },
    statements: [
      ...(everything.statements ?? []),
      new PolicyStatement({
        actions: ['ec2:MonitorInstances', 'ec2:UnmonitorInstances'],
        resources: [Stack.of(scope).formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' })],
        conditions: ofThisStage(platform),
      }),
    ],
  };
};

/** The collector of metrics, with its queue and the schedules that set it going. */
export class MetricsWorker extends QueueWorker {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id, {
      platform,
      queue: 'metrics',
      worker: 'metrics',
      description: 'Collects what CloudWatch measured of the instances in scaling groups with policies',
      errorImpact:
        'Users whose scaling groups do not follow their load: without measurements they keep the size they have.',
      timeoutSeconds: 20,
      // The next minute asks for the same anew, so a message is worth few tries.
      maxReceiveCount: 3,
      batchSize: 10,
      maxConcurrency: 5,
      lateAfterSeconds: 120,
      links: [
        recordTable(scope, platform, ['dynamodb:BatchGetItem', 'dynamodb:Query']),
        ephemeralTable(scope, platform, ['dynamodb:BatchWriteItem', 'dynamodb:UpdateItem']),
        reconcileQueue(scope, platform, 'autoscaling'),
        metricsQueue(scope, platform),
        callBudgets(platform),
        workloadRole(platform),
        measuring(scope, platform),
      ],
    });
    const schedules = [
      ['list', 'rate(1 minute)', 'Has the metrics of scaling groups collected'],
      ['relax', 'rate(1 hour)', 'Ends detailed monitoring of instances where nobody needs it any more'],
    ] as const;
    for (const [task, expression, description] of schedules)
      new Schedule(this, `To-${task}`, {
        name: platform.names.function(`metrics-${task}`),
        description,
        expression,
        target: { arn: this.queue.queueArn, action: 'sqs:SendMessage', input: { task } },
        dead: this.deadLetterQueue,
      });
  }
}
