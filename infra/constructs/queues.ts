import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { alarmsGoTo } from './alarm-topic.ts';
import type { Platform } from './platform.ts';

/** The longest that SQS keeps a message. */
const longestRetention = Duration.days(14);

/** A queue that is encrypted and takes requests over TLS only. */
export const encryptedQueue = (scope: Construct, id: string, props: QueueProps): Queue =>
  new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: longestRetention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...props,
  });

export interface DeadLetterQueueProps {
  platform: Platform;
  /** Name of the queue or source whose failures end here. */
  of: string;
  /** Who is hurt by a dead message, and how. */
  errorImpact: string;
  /** As the queue that it belongs to has it. */
  maxMessageBytes?: number;
}

/** Where failed messages wait for a redrive, for 14 days, and the alarm for the first of them. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { platform, of, errorImpact, maxMessageBytes }: DeadLetterQueueProps,
  ) {
    super(scope, id);
    this.queue = encryptedQueue(this, 'Queue', {
      queueName: platform.names.deadLetterQueue(of),
      maxMessageSizeBytes: maxMessageBytes,
    });
    const alarm = new Alarm(this, 'Alarm', {
      alarmName: platform.names.deadLetterQueue(of),
      alarmDescription: `${errorImpact} Look at the messages, mend the cause, then redrive: docs/operate.md, “Dead letters”.`,
      metric: this.queue.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarmsGoTo(alarm, platform);
    acknowledge(this, 'This is a dead-letter queue.', 'AwsSolutions-SQS3', 'Serverless-SQSRedrivePolicy');
  }
}
