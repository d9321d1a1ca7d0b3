import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import {
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { shared } from '../exports.ts';
import { alarmsGoTo } from './alarm-topic.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';
import { PlatformFunction } from './platform-function.ts';

/** Who is hurt when the stream stands still or a record is given up. */
const errorImpact =
  'Users whose accepted requests do not start: instances stay in STARTING or STOPPING, mail is not sent.';

/** Only records of resources under reconciliation, and those that carry a lifecycle event, concern the outbox. */
const filters = [
  { dynamodb: { NewImage: { generation: { N: FilterRule.exists() } } } },
  { dynamodb: { NewImage: { event: { M: { id: { S: FilterRule.exists() } } } } } },
].map((pattern) => FilterCriteria.filter(pattern));

/** The function that turns changes of the table of record into messages and events. */
export class OutboxFunction extends PlatformFunction {
  constructor(scope: Construct, id: string, props: { platform: Platform; links: readonly Link[] }) {
    const { platform } = props;
    super(scope, id, {
      platform,
      bundle: 'stream-outbox',
      description: 'Turns changes of the table of record into queue messages and events',
      timeoutSeconds: 20,
      memorySize: 512,
      links: props.links,
    });
    const failures = this.failureBucket();
    const stream = shared(platform.names, 'RecordTableStreamArn');
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
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // With its back-off about a quarter of an hour, then the record goes to the bucket and the shard goes on.
      retryAttempts: 20,
      supportS3OnFailureDestination: true,
      onFailure: { bind: () => ({ destination: failures.bucketArn }) },
      metricsConfig: { metrics: [MetricType.EVENT_COUNT] },
      filters,
    });
    source.node.addDependency(this.function.role ?? this.function);
    this.alarms(platform, source);
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

  private alarms(platform: Platform, source: EventSourceMapping): void {
    const late = new Alarm(this, 'Late', {
      alarmName: `${platform.names.function('stream-outbox')}-late`,
      alarmDescription: `The table's stream is more than a minute behind. ${errorImpact}`,
      metric: this.function.metric('IteratorAge', { period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: Duration.minutes(1).toMilliseconds(),
      evaluationPeriods: 3,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const givenUp = new Alarm(this, 'GivenUp', {
      alarmName: `${platform.names.function('stream-outbox')}-given-up`,
      alarmDescription: `A record of the table's stream was given up and kept in the failure bucket. ${errorImpact} The sweeper re-queues what is due; replay events from the bucket: docs/operate.md, “Outbox”.`,
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
