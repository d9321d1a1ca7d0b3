import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping, FilterCriteria, MetricType, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { shared } from '../exports.ts';
import { alarmsGoTo } from './alarm-topic.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';

export interface StreamFunctionProps {
  platform: Platform;
  /** Name of the bundle, for example `stream-outbox`. */
  bundle: string;
  description: string;
  links: readonly Link[];
  /** Patterns of the records that concern the function; it is not invoked for others. */
  patterns: readonly Record<string, unknown>[];
  /** Records in one invocation at most. */
  batchSize: number;
  /** How long records may be gathered before they are handed over; by default not at all. */
  batchingWindow?: Duration;
  /** Who is hurt when the stream stands still or a record is given up: a sentence. */
  errorImpact: string;
  /** What becomes of records that were given up, and what the operator does: a sentence or two. */
  remedy: string;
  /** How far behind the function may be before somebody is told. */
  lateAfter: Duration;
}

/**
 * A function that reads the stream of the table of record: each record at least once, in order for each item. DynamoDB
 * serves two readers of a stream, and no more:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export class StreamFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    const { platform } = props;
    super(scope, id, { ...props, timeoutSeconds: 20, memorySize: 512 });
    const failures = this.failureBucket();
    // A restored table's stream is named here, and not by the export: CloudFormation changes no export that is in use.
    const stream =
      platform.context.restoredTable?.streamArn ?? shared(platform.names, 'RecordTableStreamArn');
    this.mayAtRuntime(
      'Stream',
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
      [stream],
    );
    this.mayAtRuntime('StreamList', ['dynamodb:ListStreams'], ['*'], {
      '*': 'dynamodb:ListStreams knows no resources: AWS evaluates it on * only.',
    });
    this.mayAtRuntime('FailureBucket', ['s3:ListBucket'], [failures.bucketArn]);
    this.mayAtRuntime('FailureObjects', ['s3:PutObject'], [failures.arnForObjects('*')], {
      [`<${Stack.of(this).getLogicalId(failures.node.defaultChild as CfnBucket)}.Arn>/*`]:
        'Lambda names the objects: the right covers the one bucket made for them.',
    });

    const source = new EventSourceMapping(this, 'Source', {
      target: this.function,
      eventSourceArn: stream,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: props.batchSize,
      maxBatchingWindow: props.batchingWindow,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // With its back-off about a quarter of an hour, then the record goes to the bucket and the shard goes on.
      retryAttempts: 20,
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      filters: props.patterns.map((pattern) => FilterCriteria.filter(pattern)),
    });
    source.node.addDependency(this.function.role ?? this.function);
    this.alarms(props, source);
    this.acknowledgeFindings();
  }

  private failureBucket(): Bucket {
    const bucket = new Bucket(this, 'Failures', {
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(bucket, 'Only Lambda writes here, and only failed records.', 'AwsSolutions-S1');
    return bucket;
  }

  private alarms(
    { platform, bundle, errorImpact, remedy, lateAfter }: StreamFunctionProps,
    source: EventSourceMapping,
  ): void {
    const late = new Alarm(this, 'Late', {
      alarmName: `${platform.names.function(bundle)}-late`,
      alarmDescription: `${bundle} is more than ${lateAfter.toHumanString()} behind the table's stream. ${errorImpact}`,
      metric: this.function.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: lateAfter.toMilliseconds(),
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const givenUp = new Alarm(this, 'GivenUp', {
      alarmName: `${platform.names.function(bundle)}-given-up`,
      alarmDescription: `A record of the table's stream was given up and kept in the failure bucket. ${errorImpact} ${remedy}`,
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'OnFailureDestinationDeliveredEventCount',
        dimensionsMap: { EventSourceMappingUUID: source.eventSourceMappingId },
        period: Duration.minutes(1),
        statistic: 'Sum',
      }),
      threshold: 0,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarmsGoTo(late, platform);
    alarmsGoTo(givenUp, platform);
  }

  private acknowledgeFindings(): void {
    acknowledge(
      this,
      'Only the stream invokes this function; records that fail are kept whole in the failure bucket.',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaAsyncFailureDestination',
    );
  }
}
