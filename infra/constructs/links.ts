import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { shared } from '../exports.ts';
import type { Link } from './link.ts';
import type { Platform } from './platform.ts';

type DynamoDbAction = `dynamodb:${string}`;

/** Actions on items, as a transaction is evaluated: each of its writes by its own action. */
export const readItems: readonly DynamoDbAction[] = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:Query',
];
export const writeItems: readonly DynamoDbAction[] = [
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
];

/**
 * What a function's requests need of the ephemeral table: a token is read together with its session, in a batch; rate buckets
 * are changed; and idempotency records are read and put.
 */
export const requestItems: readonly DynamoDbAction[] = [
  'dynamodb:GetItem',
  'dynamodb:BatchGetItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];

/** The table of record: actions on its items (none: only its name), and the indexes that may be queried. */
export const recordTable = (
  scope: Construct,
  { names }: Platform,
  actions: readonly DynamoDbAction[],
  indexes: readonly ('slim' | 'byName' | 'work')[] = [],
): Link => {
  const arn = Stack.of(scope).formatArn({
    service: 'dynamodb',
    resource: 'table',
    resourceName: names.recordTable,
  });
  return {
    environment: { TABLE_NAME: names.recordTable },
    statements: [
      ...(actions.length > 0 ? [new PolicyStatement({ actions: [...actions], resources: [arn] })] : []),
      ...(indexes.length > 0
        ? [
            new PolicyStatement({
              actions: ['dynamodb:Query'],
              resources: indexes.map((index) => `${arn}/index/${index}`),
            }),
          ]
        : []),
    ],
  };
};

/** The ephemeral table: actions on its items. */
export const ephemeralTable = (
  scope: Construct,
  { names }: Platform,
  actions: readonly DynamoDbAction[],
): Link => {
  const arn = Stack.of(scope).formatArn({
    service: 'dynamodb',
    resource: 'table',
    resourceName: names.ephemeralTable,
  });
  return {
    environment: { EPHEMERAL_TABLE_NAME: names.ephemeralTable },
    statements: actions.length > 0 ? [new PolicyStatement({ actions: [...actions], resources: [arn] })] : [],
  };
};

const queueUrl = (scope: Construct, queueName: string): string => {
  const { account, region, urlSuffix } = Stack.of(scope);
  return `https://sqs.${region}.${urlSuffix}/${account}/${queueName}`;
};

/** The backends that have a reconciler and a queue of their own. */
export const reconcileBackends = [
  'ec2',
  'network',
  'storage',
  'balancing',
  'autoscaling',
  'drift',
  'batch',
  'messaging',
  'functions',
  'sources',
  'cron',
  'secrets',
] as const;
export type ReconcileBackend = (typeof reconcileBackends)[number];

/** Sending to a queue, whose address comes in the variable of that name. */
export const sendingTo = (
  scope: Construct,
  { names, context }: Platform,
  queue: string,
  variable: `${string}_QUEUE_URL`,
): Link => {
  const queueName = names.queue(queue);
  return {
    environment: { [variable]: queueUrl(scope, queueName) },
    statements: [
      new PolicyStatement({
        // AWS takes a batch as so many sends; the emulator of the deploy proof knows it as an action of its own.
        actions: context.deploymentProof ? ['sqs:SendMessage', 'sqs:SendMessageBatch'] : ['sqs:SendMessage'],
        resources: [Stack.of(scope).formatArn({ service: 'sqs', resource: queueName })],
      }),
    ],
  };
};

/** Sending to the queue of one backend's reconciler. */
export const reconcileQueue = (scope: Construct, platform: Platform, backend: ReconcileBackend): Link =>
  sendingTo(scope, platform, `reconcile-${backend}`, `RECONCILE_${backend.toUpperCase()}_QUEUE_URL`);

/** Sending to every reconciler's queue: for the outbox and the sweeper. */
export const reconcileQueues = (scope: Construct, platform: Platform): readonly Link[] =>
  reconcileBackends.map((backend) => reconcileQueue(scope, platform, backend));

/** The observer's sending to its own queue: what it must look at once more. */
export const observeQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'observe', 'OBSERVE_QUEUE_URL');

/** The collector's sending to its own queue: the collections that a list asks for, and the next page of machines. */
export const metricsQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'metrics', 'METRICS_QUEUE_URL');

/** The ticker's sending to its own queue: the other ticks of a minute. */
export const tickQueue = (scope: Construct, platform: Platform): Link =>
  sendingTo(scope, platform, 'tick', 'TICK_QUEUE_URL');

/** Publishing on the platform's own event bus. */
export const eventBus = (scope: Construct, { names }: Platform): Link => ({
  environment: { EVENT_BUS_NAME: names.eventBus },
  statements: [
    new PolicyStatement({
      actions: ['events:PutEvents'],
      resources: [
        Stack.of(scope).formatArn({ service: 'events', resource: 'event-bus', resourceName: names.eventBus }),
      ],
    }),
  ],
});

/** Reading the secret from which the keys for tokens and sealed answers are derived. */
export const tokenSecret = ({ names }: Platform): Link => ({
  environment: { TOKEN_SECRET_ARN: shared(names, 'TokenSecretArn') },
  statements: [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [shared(names, 'TokenSecretArn')],
    }),
  ],
});

/** Making and unwrapping the data keys of tenants' secrets: never without saying whose secret it is, and which version. */
export const secretsKey = ({ names }: Platform): Link => ({
  environment: { SECRETS_KEY_ARN: shared(names, 'SecretsKeyArn') },
  statements: [
    new PolicyStatement({
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      resources: [shared(names, 'SecretsKeyArn')],
      conditions: {
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant', 'secret', 'version'] },
        Null: {
          'kms:EncryptionContext:tenant': 'false',
          'kms:EncryptionContext:secret': 'false',
          'kms:EncryptionContext:version': 'false',
        },
      },
    }),
  ],
});

/** CloudFormation puts the secret's value in its place when it deploys. */
export const originSecretValue = ({ names }: Platform): string =>
  `{{resolve:secretsmanager:${shared(names, 'OriginSecretArn')}:SecretString:::}}`;

/** Where tenants' targets may lie, for a function that checks or calls them. */
export const egressRanges = ({ context }: Platform): Link => ({
  environment: { EGRESS_ALLOWED_RANGES: JSON.stringify(context.egressAllowedRanges) },
});
