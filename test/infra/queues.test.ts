import { describe, expect, it } from 'vitest';
import { totalsPartition } from '../../lib/platform/totals/keys.ts';
import { bundleNames, type Resource, resourcesOf, templates } from './synthesized.ts';

const resources = resourcesOf(templates());
const ofType = (type: string): Resource[] => resources.filter((resource) => resource.Type === type);
const queues = ofType('AWS::SQS::Queue');
const isDead = ({ Properties }: Resource): boolean => Properties.QueueName.endsWith('-dead');
const working = queues.filter((queue) => !isDead(queue));
const alarms = ofType('AWS::CloudWatch::Alarm');
const sources = ofType('AWS::Lambda::EventSourceMapping');
const byId = (id: string): Resource => resources.find((resource) => resource.id === id) as Resource;
const nameOf = ({ Properties }: Resource): string => Properties.QueueName ?? Properties.AlarmName;

/** Their targets have time to answer: architecture 6. */
const callersOfTargets = [
  'the-cloud-dev-deliver',
  'the-cloud-dev-reconcile-cron',
  'the-cloud-dev-reconcile-secrets',
];

/** The alarm on a queue's metric. */
const alarmOn = (queue: Resource, metric: string): Resource | undefined =>
  alarms.find(
    ({ Properties }) =>
      Properties.MetricName === metric && JSON.stringify(Properties.Dimensions).includes(`"${queue.id}"`),
  );

describe.each(working.map((queue) => [nameOf(queue), queue] as const))('%s', (_, queue) => {
  const source = sources.find(({ Properties }) =>
    JSON.stringify(Properties.EventSourceArn).includes(`"${queue.id}"`),
  );

  it('has a dead-letter queue that keeps messages for 14 days', () => {
    const { deadLetterTargetArn } = queue.Properties.RedrivePolicy;
    const dead = byId(deadLetterTargetArn['Fn::GetAtt'][0]);
    expect(isDead(dead)).toBe(true);
    expect(dead.Properties.MessageRetentionPeriod).toBe(14 * 24 * 3600);
  });

  it('is worked on with partial batch failures and a bounded concurrency', () => {
    expect(source?.Properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
    expect(source?.Properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
  });

  it('hides a message for six times the timeout of its function, which is at most 20 s, or 35 s for a tenant’s target', () => {
    const worker = byId(source?.Properties.FunctionName.Ref);
    if (worker.Properties.FunctionName === 'the-cloud-dev-worker-invoke') {
      // It waits for users' code, takes one message at a time and no lease: hidden a minute longer than it may run.
      expect(worker.Properties.Timeout).toBe(900);
      expect(source?.Properties.BatchSize).toBe(1);
      expect(queue.Properties.VisibilityTimeout).toBe(960);
      return;
    }
    const callsTargets = callersOfTargets.includes(nameOf(queue));
    expect(worker.Properties.Timeout).toBeLessThanOrEqual(callsTargets ? 35 : 20);
    expect(queue.Properties.VisibilityTimeout).toBe(6 * worker.Properties.Timeout);
  });

  it('has an alarm for messages that wait', () => {
    expect(alarmOn(queue, 'ApproximateAgeOfOldestMessage')).toBeDefined();
  });
});

describe('dead-letter queues', () => {
  it.each(queues.filter(isDead).map((queue) => [nameOf(queue), queue] as const))(
    '%s has an alarm that says who is hurt and where the redrive is described',
    (_, queue) => {
      const alarm = alarmOn(queue, 'ApproximateNumberOfMessagesVisible');
      expect(alarm?.Properties.Threshold).toBe(0);
      expect(alarm?.Properties.AlarmDescription).toMatch(/^Users .*docs\/operate\.md/);
    },
  );
});

describe('every queue', () => {
  it.each(queues.map((queue) => [nameOf(queue), queue] as const))(
    '%s is encrypted and takes TLS only',
    (_, queue) => {
      expect(queue.Properties.SqsManagedSseEnabled).toBe(true);
      const policies = ofType('AWS::SQS::QueuePolicy').filter(
        ({ Properties }) => Properties.Queues[0].Ref === queue.id,
      );
      expect(JSON.stringify(policies)).toContain('"aws:SecureTransport":"false"');
    },
  );
});

/** The event source mapping of a function that reads the table's stream. */
const streamSource = (bundle: string): Resource | undefined =>
  sources.find(
    ({ Properties }) =>
      Properties.StartingPosition &&
      byId(Properties.FunctionName.Ref).Properties.FunctionName === `the-cloud-dev-${bundle}`,
  );
const patternsOf = (source: Resource | undefined): unknown[] =>
  source?.Properties.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));

describe('the stream', () => {
  it('has two readers, as many as DynamoDB serves', () => {
    expect(sources.filter(({ Properties }) => Properties.StartingPosition)).toHaveLength(2);
  });
});

const countedKinds = [
  'INSTANCE',
  'VOLUME',
  'SNAPSHOT',
  'VPC',
  'SUBNET',
  'SECURITY_GROUP',
  'LOAD_BALANCER',
  'QUEUE',
  'API_KEY',
  'SCALING_GROUP',
];

describe.each(['stream-outbox', 'stream-totals'])('%s', (bundle) => {
  const source = streamSource(bundle);

  it('reads the stream from its beginning, splits failing batches, and keeps a failed record whole', () => {
    expect(source?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
    const { Destination } = source?.Properties.DestinationConfig.OnFailure ?? {};
    expect(byId(Destination['Fn::GetAtt'][0]).Type).toBe('AWS::S3::Bucket');
    expect(source?.Properties.MaximumRetryAttempts).toBeGreaterThan(0);
  });

  it('has alarms for when it is late and for what it gives up', () => {
    for (const what of ['late', 'given-up']) {
      const alarm = alarms.find(
        ({ Properties }) => Properties.AlarmName === `the-cloud-dev-${bundle}-${what}`,
      );
      expect(alarm?.Properties.AlarmDescription).toMatch(/Users|Operators/);
    }
  });
});

describe('the outbox', () => {
  it('is woken by records under reconciliation, by those with a lifecycle event and by tombstones that go, by nothing else', () => {
    expect(patternsOf(streamSource('stream-outbox'))).toEqual([
      { dynamodb: { NewImage: { generation: { N: [{ exists: true }] } } } },
      { dynamodb: { NewImage: { event: { M: { id: { S: [{ exists: true }] } } } } } },
      { eventName: ['REMOVE'], dynamodb: { OldImage: { deleted_at: { S: [{ exists: true }] } } } },
    ]);
  });
});

describe('the totals', () => {
  it('are woken by records of the kinds that are counted, not by their own', () => {
    const patterns = patternsOf(streamSource('stream-totals'));
    expect(patterns).toEqual([
      {
        dynamodb: {
          Keys: { pk: { S: countedKinds.map((kind) => ({ suffix: `#${kind}` })) } },
        },
      },
    ]);
    expect(countedKinds.filter((kind) => totalsPartition.endsWith(`#${kind}`))).toEqual([]);
  });
});

describe('rules and schedules', () => {
  it('have a dead-letter queue for what they can’t deliver', () => {
    const targets = ofType('AWS::Events::Rule').flatMap(({ Properties }) => Properties.Targets);
    expect(targets.length).toBeGreaterThan(0);
    for (const target of targets) expect(target.DeadLetterConfig.Arn).toBeDefined();
    for (const { Properties } of ofType('AWS::Scheduler::Schedule')) {
      expect(Properties.Target.DeadLetterConfig.Arn).toBeDefined();
    }
  });

  it('sweep, tick and collect metrics every minute, compare all machines with all records every five, measure capacity every fifteen, and look for drift each hour', () => {
    const schedules = ofType('AWS::Scheduler::Schedule').map(({ Properties }) => [
      Properties.Name,
      Properties.ScheduleExpression,
    ]);
    expect(schedules.sort()).toEqual([
      ['the-cloud-dev-drift', 'cron(17 * * * ? *)'],
      ['the-cloud-dev-instance-audit', 'rate(5 minutes)'],
      ['the-cloud-dev-metrics-list', 'rate(1 minute)'],
      ['the-cloud-dev-metrics-relax', 'rate(1 hour)'],
      ['the-cloud-dev-worker-capacity', 'rate(15 minutes)'],
      ['the-cloud-dev-worker-sweep', 'rate(1 minute)'],
      ['the-cloud-dev-worker-tick', 'rate(1 minute)'],
    ]);
  });
});

describe('alarms', () => {
  it.each(bundleNames)('watch the function of %s', (bundle) => {
    const watched = alarms.filter(({ Properties: { Dimensions = [] } }) =>
      (Dimensions as { Name: string; Value: string }[]).some(
        ({ Name, Value }) => Name === 'FunctionName' && Value === `the-cloud-dev-${bundle}`,
      ),
    );
    const metric = bundle.startsWith('api-') ? 'Throttles' : 'Errors';
    expect(watched.map(({ Properties }) => Properties.MetricName)).toContain(metric);
  });

  it.each(alarms.map((alarm) => [nameOf(alarm), alarm] as const))(
    '%s goes to the alarm topic and says what it means',
    (_, alarm) => {
      expect(JSON.stringify(alarm.Properties.AlarmActions)).toMatch(/the-cloud-dev-alarms|Alarms/);
      expect(alarm.Properties.AlarmDescription.length).toBeGreaterThan(40);
    },
  );

  it('come together in one that says users are hurt', () => {
    const [composite] = ofType('AWS::CloudWatch::CompositeAlarm');
    expect(JSON.stringify(composite?.Properties.AlarmRule)).toContain('ServerErrors');
  });
});
