import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmRule,
  AlarmState,
  ComparisonOperator,
  CompositeAlarm,
  Dashboard,
  GraphWidget,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Platform } from '../constructs/platform.ts';
import { shared } from '../exports.ts';

const minute = Duration.minutes(1);

/** Bundles of all functions, as the dashboard shows them. */
const apiBundles = [
  'api-identity',
  'api-compute',
  'api-network',
  'api-storage',
  'api-automation',
  'api-integration',
  'api-gateway',
  'api-objects',
  'api-poll',
  'api-secrets',
  'api-runtime',
  'api-telemetry',
  'api-insight',
];
const workerBundles = [
  'stream-outbox',
  'stream-totals',
  'worker-reconcile',
  'worker-reconcile-network',
  'worker-reconcile-storage',
  'worker-reconcile-balancing',
  'worker-reconcile-autoscaling',
  'worker-reconcile-drift',
  'worker-reconcile-batch',
  'worker-reconcile-messaging',
  'worker-reconcile-functions',
  'worker-invoke',
  'worker-reconcile-sources',
  'worker-reconcile-cron',
  'worker-reconcile-secrets',
  'worker-observe',
  'worker-history',
  'worker-mail',
  'worker-fan-out',
  'worker-deliver',
  'worker-sweep',
  'worker-capacity',
  'worker-metrics',
  'worker-tick',
];
const queues = [
  'reconcile-ec2',
  'reconcile-network',
  'reconcile-storage',
  'reconcile-balancing',
  'reconcile-autoscaling',
  'reconcile-drift',
  'reconcile-batch',
  'reconcile-messaging',
  'reconcile-functions',
  'invocations',
  'reconcile-sources',
  'reconcile-cron',
  'reconcile-secrets',
  'observe',
  'history',
  'mail',
  'fan-out',
  'deliver',
  'metrics',
  'tick',
];

/** What has a dead-letter queue and no queue of its own. */
const queuesOfSchedules = ['sweep', 'capacity', 'events'];

/** The dashboard, the alarms on what users see, and the topic that every alarm goes to. */
export class ObservabilityStack extends Stack {
  private readonly platform: Platform;

  constructor(scope: Construct, id: string, platform: Platform) {
    const { context, names } = platform;
    super(scope, id, { description: `The Cloud (${context.stage}): dashboard and alarms` });
    this.platform = platform;
    const topic = new Topic(this, 'Alarms', { topicName: names.alarmTopic, enforceSSL: true });
    if (context.alarmEmail) {
      topic.addSubscription(new EmailSubscription(context.alarmEmail));
      acknowledge(
        topic,
        'Mail has no dead-letter queue worth reading: the alarm itself stays raised.',
        'Serverless-SNSRedrivePolicy',
      );
    }
    const action = new SnsAction(topic);

    const seenByUsers = [
      this.alarm('ServerErrors', {
        description: 'Requests end in a 5xx. Users are refused or can’t tell whether their request counts.',
        metric: this.apiMetric('5xx', 'Sum'),
        threshold: 5,
        evaluationPeriods: 3,
      }),
      this.alarm('SlowAnswers', {
        description: 'One request in a hundred takes more than 3 s. Users wait.',
        metric: this.apiMetric('Latency', 'p99'),
        threshold: 3000,
        evaluationPeriods: 5,
      }),
      ...apiBundles.map((bundle) =>
        this.alarm(`Throttled-${bundle}`, {
          description: `Lambda refuses to run ${bundle}: the account’s concurrency is used up. Users get 503.`,
          metric: this.functionMetric(bundle, 'Throttles', 'Sum'),
          threshold: 0,
          evaluationPeriods: 2,
        }),
      ),
    ];
    const behind = workerBundles.map((bundle) =>
      this.alarm(`Failing-${bundle}`, {
        description: `${bundle} crashes or times out. What it does is late; messages end in its dead-letter queue.`,
        metric: this.functionMetric(bundle, 'Errors', 'Sum'),
        threshold: 5,
        evaluationPeriods: 5,
      }),
    );
    const capacity = this.alarm('AccountCapacity', {
      description:
        'A limit of the workload account is nearly reached: GET /admin/capacity says which. Users will be refused VPCs, balancers or instances.',
      metric: this.stageMetric('AccountCapacityUsedPercent', Duration.minutes(15)),
      threshold: 80,
      evaluationPeriods: 1,
    });
    const stuck = this.alarm('StuckResources', {
      description:
        'Something is overdue for more than 15 minutes although it is sent again every two: npm run ops -- stuck says what. Its owner waits.',
      // One that is stuck comes up with every second or third sweep.
      metric: this.stageMetric('StuckResources', Duration.minutes(5)),
      threshold: 0,
      evaluationPeriods: 2,
    });
    for (const alarm of [...seenByUsers, ...behind, capacity, stuck]) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
    if (!context.deploymentProof) this.composite(seenByUsers, action);
    this.dashboard();
  }

  /** One alarm to page on: whatever it is, users notice it now. */
  private composite(alarms: readonly Alarm[], action: SnsAction): void {
    const composite = new CompositeAlarm(this, 'UsersAreHurt', {
      compositeAlarmName: `${this.platform.names.prefix}-users-are-hurt`,
      alarmDescription: 'Users are refused or wait. The alarms behind it say why: docs/operate.md.',
      alarmRule: AlarmRule.anyOf(...alarms.map((alarm) => AlarmRule.fromAlarm(alarm, AlarmState.ALARM))),
    });
    composite.addAlarmAction(action);
    composite.addOkAction(action);
  }

  private alarm(
    name: string,
    props: { description: string; metric: Metric; threshold: number; evaluationPeriods: number },
  ): Alarm {
    return new Alarm(this, name, {
      alarmName: `${this.platform.names.prefix}-${name}`,
      alarmDescription: props.description,
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** What a worker's log line says of the whole stage. */
  private stageMetric(metricName: string, period: Duration): Metric {
    return new Metric({
      namespace: 'TheCloud',
      metricName,
      dimensionsMap: { Stage: this.platform.context.stage },
      statistic: 'Maximum',
      period,
    });
  }

  private apiMetric(metricName: string, statistic: string): Metric {
    const dimensionsMap = { ApiId: shared(this.platform.names, 'ApiId') };
    return new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, statistic, period: minute });
  }

  private functionMetric(bundle: string, metricName: string, statistic: string): Metric {
    const dimensionsMap = { FunctionName: this.platform.names.function(bundle) };
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName,
      dimensionsMap,
      statistic,
      period: minute,
    });
  }

  private queueMetric(queue: string, metricName: string): Metric {
    const dimensionsMap = { QueueName: this.platform.names.queue(queue) };
    return new Metric({
      namespace: 'AWS/SQS',
      metricName,
      dimensionsMap,
      statistic: 'Maximum',
      period: minute,
    });
  }

  private tableMetric(metricName: string): Metric {
    const dimensionsMap = { TableName: this.platform.names.recordTable };
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap,
      statistic: 'Sum',
      period: minute,
    });
  }

  private dashboard(): void {
    const graph = (title: string, left: Metric[], right: Metric[] = []): GraphWidget =>
      new GraphWidget({ title, left, right, width: 12, height: 6 });
    const ofFunctions = (metricName: string, statistic: string): Metric[] =>
      [...apiBundles, ...workerBundles].map((bundle) =>
        this.functionMetric(bundle, metricName, statistic).with({ label: bundle }),
      );
    const ages = queues.map((queue) =>
      this.queueMetric(queue, 'ApproximateAgeOfOldestMessage').with({ label: queue }),
    );
    const deadLetters = [...queues, ...queuesOfSchedules].map((queue) =>
      this.queueMetric(`${queue}-dead`, 'ApproximateNumberOfMessagesVisible').with({ label: queue }),
    );
    new Dashboard(this, 'Dashboard', {
      dashboardName: this.platform.names.prefix,
      widgets: [
        [
          graph('Requests and errors', [
            this.apiMetric('Count', 'Sum'),
            this.apiMetric('4xx', 'Sum'),
            this.apiMetric('5xx', 'Sum'),
          ]),
          graph('Latency, milliseconds', [
            this.apiMetric('Latency', 'p50'),
            this.apiMetric('Latency', 'p99'),
          ]),
        ],
        [
          graph('Functions: errors', ofFunctions('Errors', 'Sum')),
          graph('Functions: concurrent', ofFunctions('ConcurrentExecutions', 'Maximum')),
        ],
        [
          graph('Queues: age of the oldest message, seconds', ages),
          graph('Stream: age, milliseconds', [
            ...['stream-outbox', 'stream-totals'].map((bundle) =>
              this.functionMetric(bundle, 'IteratorAge', 'Maximum').with({ label: bundle }),
            ),
          ]),
        ],
        [
          graph('Stuck resources', [this.stageMetric('StuckResources', Duration.minutes(5))]),
          graph('Dead letters', deadLetters),
        ],
        [
          graph('Table of record: units', [
            this.tableMetric('ConsumedReadCapacityUnits'),
            this.tableMetric('ConsumedWriteCapacityUnits'),
          ]),
          graph('Table of record: conflicts and throttles', [
            this.tableMetric('TransactionConflict'),
            this.tableMetric('ReadThrottleEvents'),
            this.tableMetric('WriteThrottleEvents'),
          ]),
        ],
      ],
    });
  }
}
