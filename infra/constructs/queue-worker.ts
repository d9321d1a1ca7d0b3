import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { alarmsGoTo } from './alarm-topic.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';
import { DeadLetterQueue, encryptedQueue } from './queues.ts';

export interface QueueWorkerProps {
  platform: Platform;
  /** The queue's name; the bundle is `worker-<worker>`. */
  queue: string;
  worker: string;
  description: string;
  /** Who is hurt when messages fail or wait, and how. Stands in the alarms. */
  errorImpact: string;
  /** At most 20 s, or 35 s for one that calls tenants' targets: the lease and the visibility timeout follow from it. */
  timeoutSeconds: number;
  /** Receives before a message is dead. */
  maxReceiveCount: number;
  batchSize: number;
  /** Concurrent executions at most, 2 or more: background work must not starve the API of the account's pool. */
  maxConcurrency: number;
  /** Age of the oldest message that raises the alarm. */
  lateAfterSeconds: number;
  /** What a message may have, where the usual 256 KiB are not enough. */
  maxMessageBytes?: number;
  links: readonly Link[];
}

/**
 * A queue with its dead-letter queue, the function that works on it with partial batch failures, and the alarms that
 * say who is hurt.
 */
export class QueueWorker extends PlatformFunction {
  readonly queue: Queue;
  readonly deadLetterQueue: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    const { platform, errorImpact } = props;
    super(scope, id, {
      platform,
      bundle: `worker-${props.worker}`,
      description: props.description,
      timeoutSeconds: props.timeoutSeconds,
      memorySize: 512,
      links: props.links,
    });
    this.deadLetterQueue = new DeadLetterQueue(this, 'Dead', {
      platform,
      of: props.queue,
      errorImpact,
      maxMessageBytes: props.maxMessageBytes,
    });
    this.queue = encryptedQueue(this, 'Queue', {
      queueName: platform.names.queue(props.queue),
      // Six times the timeout, as AWS recommends, so that throttled batches are retried before they show again.
      visibilityTimeout: Duration.seconds(6 * props.timeoutSeconds),
      deadLetterQueue: { queue: this.deadLetterQueue.queue, maxReceiveCount: props.maxReceiveCount },
      maxMessageSizeBytes: props.maxMessageBytes,
    });
    this.mayAtRuntime(
      'EventSource',
      ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      [this.queue.queueArn],
    );
    const source = new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: props.batchSize,
      reportBatchItemFailures: true,
      maxConcurrency: props.maxConcurrency,
    });
    source.node.addDependency(this.function.role ?? this.function);

    const late = new Alarm(this, 'Late', {
      alarmName: `${platform.names.queue(props.queue)}-late`,
      alarmDescription: `Messages wait more than ${props.lateAfterSeconds} s. ${errorImpact}`,
      metric: this.queue.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: 'Maximum',
      }),
      threshold: props.lateAfterSeconds,
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarmsGoTo(late, platform);
    acknowledge(
      this,
      'Only the queue invokes this function, and the queue has a dead-letter queue of its own.',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaAsyncFailureDestination',
      'Serverless-LambdaEventSourceMappingDestination',
    );
  }
}
