import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';
import { DeadLetterQueue } from './queues.ts';

/** The function that finds, once a minute, what should have moved and did not. */
export class SweepFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    const { platform } = props;
    super(scope, id, {
      platform,
      bundle: 'worker-sweep',
      description: 'Re-queues resources whose next step is due and did not happen',
      timeoutSeconds: 20,
      memorySize: 512,
      links: props.links,
    });
    const dead = new DeadLetterQueue(this, 'Dead', {
      platform,
      of: 'sweep',
      errorImpact: 'Users whose resources lost a message: nothing picks them up until a sweep succeeds.',
    });
    this.sendFailuresTo(dead.queue);

    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
    });
    role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queue.queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      name: platform.names.function('worker-sweep'),
      description: 'Every minute',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.function.functionArn,
        roleArn: role.roleArn,
        deadLetterConfig: { arn: dead.queue.queueArn },
        // The next minute brings the next sweep.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    schedule.node.addDependency(role);
  }
}
