import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { DeadLetterQueue } from './queues.ts';

export interface ScheduleProps {
  name: string;
  description: string;
  /** In UTC, for example `rate(1 minute)`. */
  expression: string;
  target: { arn: string; action: 'lambda:InvokeFunction' | 'sqs:SendMessage'; input?: unknown };
  dead: DeadLetterQueue;
}

/** Calls one target again and again. A call that fails is not repeated: the next one does the same work. */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { name, description, expression, target, dead }: ScheduleProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: [target.action], resources: [target.arn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [dead.queue.queueArn] }));
    const schedule = new CfnSchedule(this, 'Schedule', {
      name,
      description,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.arn,
        roleArn: role.roleArn,
        input: target.input === undefined ? undefined : JSON.stringify(target.input),
        deadLetterConfig: { arn: dead.queue.queueArn },
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: 60 },
      },
    });
    schedule.node.addDependency(role);
  }
}
