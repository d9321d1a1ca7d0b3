import { Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { autoscalingWorker } from '../constructs/autoscaling-worker.ts';
import { balancingWorker } from '../constructs/balancing-worker.ts';
import { batchWorker } from '../constructs/batch-worker.ts';
import { CapacityFunction } from '../constructs/capacity-function.ts';
import {
  accountCapacity,
  callBudgets,
  ec2Control,
  ec2Fleet,
  landingNetwork,
  publicImageParameters,
  workloadRole,
} from '../constructs/compute-links.ts';
import { cronWorker } from '../constructs/cron-worker.ts';
import { driftWorker } from '../constructs/drift-worker.ts';
import { routeEvents } from '../constructs/event-routes.ts';
import { functionsWorker, invocationsWorker } from '../constructs/function-workers.ts';
import type { Link } from '../constructs/link.ts';
import {
  ephemeralTable,
  eventBus,
  observeQueue,
  readItems,
  reconcileQueue,
  reconcileQueues,
  recordTable,
  writeItems,
} from '../constructs/links.ts';
import { messagingWorker } from '../constructs/messaging-worker.ts';
import { MetricsWorker } from '../constructs/metrics-worker.ts';
import { networkWorker } from '../constructs/network-worker.ts';
import { deliverWorker, fanOutWorker } from '../constructs/notify-workers.ts';
import { objectsBucket } from '../constructs/object-links.ts';
import { OutboxFunction } from '../constructs/outbox-function.ts';
import type { Platform } from '../constructs/platform.ts';
import { QueueWorker } from '../constructs/queue-worker.ts';
import { DeadLetterQueue } from '../constructs/queues.ts';
import { Schedule } from '../constructs/schedule.ts';
import { secretsWorker } from '../constructs/secrets-worker.ts';
import { sourcesWorker } from '../constructs/sources-worker.ts';
import { StorageWorker } from '../constructs/storage-worker.ts';
import { SweepFunction } from '../constructs/sweep-function.ts';
import { TickWorker } from '../constructs/tick-worker.ts';
import { TotalsFunction } from '../constructs/totals-function.ts';
import { publicUrl } from '../public-url.ts';

/** Everything that happens after the answer: bus, queues, stream, schedule and the functions behind them. */
export class WorkersStack extends Stack {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id, { description: `The Cloud (${platform.context.stage}): bus, queues and workers` });
    const bus = new EventBus(this, 'Bus', { eventBusName: platform.names.eventBus });
    const undeliverable = new DeadLetterQueue(this, 'Undeliverable', {
      platform,
      of: 'events',
      errorImpact:
        'Users who wait for what an event starts: history, mail, or the state of an instance that changed by itself.',
    });
    const reconcile = this.reconcileWorker(platform);
    const reconcileNetwork = networkWorker(this, platform);
    const reconcileStorage = new StorageWorker(this, 'ReconcileStorage', platform);
    const reconcileBalancing = balancingWorker(this, platform);
    const reconcileAutoscaling = autoscalingWorker(this, platform);
    const reconcileDrift = driftWorker(this, platform);
    const reconcileBatch = batchWorker(this, platform);
    const reconcileMessaging = messagingWorker(this, platform);
    const reconcileFunctions = functionsWorker(this, platform);
    invocationsWorker(this, platform);
    const reconcileSources = sourcesWorker(this, platform);
    const reconcileCron = cronWorker(this, platform);
    const reconcileSecrets = secretsWorker(this, platform);
    const observe = this.observeWorker(platform);
    const history = this.historyWorker(platform);
    const mail = this.mailWorker(platform);

    fanOutWorker(this, platform);
    deliverWorker(this, platform);
    new MetricsWorker(this, 'Metrics', platform);
    new TickWorker(this, 'Tick', platform);

    const outbox = new OutboxFunction(this, 'Outbox', {
      platform,
      links: [...reconcileQueues(this, platform), eventBus(this, platform)],
    });
    outbox.node.addDependency(
      reconcile.queue,
      reconcileNetwork.queue,
      reconcileStorage.queue,
      reconcileBalancing.queue,
      reconcileAutoscaling.queue,
      reconcileDrift.queue,
      reconcileBatch.queue,
      reconcileMessaging.queue,
      reconcileFunctions.queue,
      reconcileSources.queue,
      reconcileCron.queue,
      reconcileSecrets.queue,
      bus,
    );
    new TotalsFunction(this, 'Totals', {
      platform,
      links: [
        recordTable(this, platform, ['dynamodb:UpdateItem']),
        ephemeralTable(this, platform, ['dynamodb:BatchGetItem', 'dynamodb:PutItem']),
      ],
    });
    new SweepFunction(this, 'Sweep', {
      platform,
      links: [
        recordTable(
          this,
          platform,
          ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', ...writeItems],
          ['work'],
        ),
        ephemeralTable(this, platform, []),
        ...reconcileQueues(this, platform),
        objectsBucket(this, platform, ['s3:DeleteObject', 's3:AbortMultipartUpload']),
      ],
    });

    new CapacityFunction(this, 'Capacity', {
      platform,
      links: [
        recordTable(this, platform, ['dynamodb:UpdateItem']),
        ephemeralTable(this, platform, ['dynamodb:UpdateItem']),
        callBudgets(platform),
        workloadRole(platform),
        accountCapacity(),
      ],
    });

    new Schedule(this, 'InstanceAudit', {
      name: platform.names.function('instance-audit'),
      description: 'Compares all machines with all records: EC2 promises no delivery of its events',
      expression: 'rate(5 minutes)',
      target: {
        arn: observe.queue.queueArn,
        action: 'sqs:SendMessage',
        input: { id: '<aws.scheduler.execution-id>', source: 'thecloud', 'detail-type': 'InstanceAudit' },
      },
      dead: observe.deadLetterQueue,
    });
    routeEvents(this, 'InstanceStateChanged', {
      description: 'An EC2 instance changed its state',
      eventPattern: {
        source: ['aws.ec2'],
        detailType: ['EC2 Instance State-change Notification'],
        // What is only on its way somewhere changes nothing that anybody waits for.
        detail: { state: ['running', 'stopped', 'terminated'] },
      },
      queue: observe.queue,
      undeliverable,
    });
    routeEvents(this, 'TenantChanged', {
      eventBus: bus,
      description: 'A tenant was suspended or resumed',
      eventPattern: {
        source: ['thecloud'],
        detailType: ['Lifecycle'],
        detail: { kind: ['TENANT'] },
      },
      queue: observe.queue,
      undeliverable,
    });
    routeEvents(this, 'Lifecycle', {
      eventBus: bus,
      description: 'Something happened to a resource',
      eventPattern: { source: ['thecloud'], detailType: ['Lifecycle'] },
      queue: history.queue,
      undeliverable,
    });
    routeEvents(this, 'MailWanted', {
      eventBus: bus,
      description: 'A user is to be written to',
      eventPattern: { source: ['thecloud'], detailType: ['Lifecycle'], detail: { kind: ['MAIL'] } },
      queue: mail.queue,
      undeliverable,
    });
  }

  private reconcileWorker(platform: Platform): QueueWorker {
    return new QueueWorker(this, 'ReconcileEc2', {
      platform,
      queue: 'reconcile-ec2',
      worker: 'reconcile',
      description: 'Brings instances from what is wanted to what is',
      errorImpact: 'Users whose instances do not start, stop or go away.',
      timeoutSeconds: 20,
      // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
      maxReceiveCount: 20,
      batchSize: 10,
      maxConcurrency: 10,
      lateAfterSeconds: 120,
      links: [
        recordTable(this, platform, ['dynamodb:GetItem', 'dynamodb:BatchGetItem', ...writeItems]),
        // Leases and call budgets; and how EC2 is, for the circuit breaker.
        ephemeralTable(this, platform, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']),
        landingNetwork(platform),
        callBudgets(platform),
        workloadRole(platform),
        ec2Control(this, platform),
        publicImageParameters(this, platform),
        { environment: { AMI_ALLOW_LIST: JSON.stringify(platform.context.amiAllowList) } },
      ],
    });
  }

  private observeWorker(platform: Platform): QueueWorker {
    return new QueueWorker(this, 'Observe', {
      platform,
      queue: 'observe',
      worker: 'observe',
      description: 'Sees what happened outside: state changes of EC2 instances, drift, suspended tenants',
      errorImpact:
        'Users whose instances changed by themselves: their state shows late, with the next sweep.',
      timeoutSeconds: 20,
      maxReceiveCount: 5,
      batchSize: 10,
      maxConcurrency: 5,
      lateAfterSeconds: 300,
      links: [
        recordTable(this, platform, [...readItems, 'dynamodb:UpdateItem', 'dynamodb:ConditionCheckItem']),
        ephemeralTable(this, platform, ['dynamodb:UpdateItem']),
        reconcileQueue(this, platform, 'ec2'),
        reconcileQueue(this, platform, 'storage'),
        reconcileQueue(this, platform, 'balancing'),
        observeQueue(this, platform),
        callBudgets(platform),
        workloadRole(platform),
        ec2Fleet(),
      ],
    });
  }

  private historyWorker(platform: Platform): QueueWorker {
    return new QueueWorker(this, 'History', {
      platform,
      queue: 'history',
      worker: 'history',
      description: 'Writes the action history of resources',
      errorImpact: 'Users and auditors who read the history of a resource: actions are missing or late.',
      timeoutSeconds: 20,
      maxReceiveCount: 5,
      batchSize: 10,
      maxConcurrency: 5,
      lateAfterSeconds: 600,
      links: [recordTable(this, platform, []), ephemeralTable(this, platform, ['dynamodb:UpdateItem'])],
    });
  }

  private mailWorker(platform: Platform): QueueWorker {
    return new QueueWorker(this, 'Mail', {
      platform,
      queue: 'mail',
      worker: 'mail',
      description: 'Sends mail',
      errorImpact: 'Users who wait for mail, for example to reset their password.',
      timeoutSeconds: 20,
      maxReceiveCount: 5,
      batchSize: 10,
      maxConcurrency: 2,
      lateAfterSeconds: 300,
      links: [
        recordTable(this, platform, ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:DeleteItem']),
        ephemeralTable(this, platform, ['dynamodb:PutItem', 'dynamodb:UpdateItem']),
        this.sender(platform),
        { environment: { PUBLIC_URL: publicUrl(platform.context) } },
      ],
    });
  }

  /** Sending mail from the operator's verified address, or the domain that it is of. */
  private sender({ context }: Platform): Link {
    const { mailFrom } = context;
    if (!mailFrom) return { environment: { MAIL_FROM: '' } };
    const identity = (resourceName: string): string =>
      this.formatArn({ service: 'ses', resource: 'identity', resourceName });
    return {
      environment: { MAIL_FROM: mailFrom },
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [identity(mailFrom), identity(mailFrom.slice(mailFrom.indexOf('@') + 1))],
        }),
      ],
    };
  }
}
