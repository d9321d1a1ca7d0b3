import { describe, expect, it } from 'vitest';
import { bundleNames, type Resource, resourcesOf, templates } from './synthesized.ts';

interface Statement {
  Sid?: string;
  Effect: string;
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const context = { mailFrom: 'cloud@example.com', workloadRoleArn: 'arn:aws:iam::123456789012:role/workload' };
const resources = resourcesOf(templates(context));
const ofType = (type: string): Resource[] => resources.filter((resource) => resource.Type === type);
const list = <T>(one: T | T[]): T[] => (Array.isArray(one) ? one : [one]);

/** The statements of a function's role. */
const statementsOf = (bundle: string): Statement[] => {
  const functionOf = ofType('AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === `the-cloud-dev-${bundle}`,
  );
  const role = functionOf?.Properties.Role['Fn::GetAtt'][0];
  return ofType('AWS::IAM::Policy')
    .filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === role))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
};

const actionsOf = (bundle: string): string[] =>
  statementsOf(bundle)
    .filter(({ Sid }) => !Sid?.startsWith('Runtime'))
    .flatMap(({ Action }) => list(Action));

/** Whether it is what is made for tenants at run time, each under an id. */
const isOfTenants = (resource: unknown): boolean =>
  /the-cloud-dev-t-\?{8}-(?:\?{4}-){3}\?{12}\*"/.test(JSON.stringify(resource));

/** Actions that AWS evaluates on `*` only. */
const knowNoResources = [
  /^ec2:Describe/,
  /^elasticloadbalancing:Describe/,
  /^ec2:GetConsoleOutput$/,
  /^elasticloadbalancing:Describe/,
  /^servicequotas:GetServiceQuota$/,
  /^cloudwatch:GetMetricData$/,
  /^xray:Put(?:TraceSegments|TelemetryRecords)$/,
  /^dynamodb:ListStreams$/,
];

describe('rights', () => {
  const policies = ofType('AWS::IAM::Policy').filter(({ stack }) => stack !== 'network');
  const statements: Statement[] = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);

  it('name every action in full', () => {
    const actions = statements.flatMap(({ Action }) => list(Action));
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('stand on * only where AWS knows no resource for the action', () => {
    const onEverything = statements
      .filter(({ Resource }) => list(Resource).includes('*'))
      .flatMap(({ Action }) => list(Action));
    expect(onEverything.filter((action) => !knowNoResources.some((known) => known.test(action)))).toEqual([]);
  });

  it('are given to roles of one function each, never by a policy that AWS manages', () => {
    for (const { Properties } of ofType('AWS::IAM::Role').filter(({ stack }) => stack !== 'network')) {
      expect(Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  it('let API functions do nothing to EC2, but for telemetry, which reads', () => {
    for (const bundle of [
      'api-identity',
      'api-compute',
      'api-network',
      'api-storage',
      'api-automation',
      'api-integration',
      'api-poll',
      'api-insight',
    ]) {
      expect(actionsOf(bundle).filter((action) => !/^(?:dynamodb|secretsmanager|sqs):/.test(action))).toEqual(
        [],
      );
    }
    expect(
      actionsOf('api-gateway').filter((action) => !/^(?:dynamodb|secretsmanager):/.test(action)),
    ).toEqual(['lambda:InvokeFunction']);
    expect(
      actionsOf('api-telemetry')
        .filter((action) => action.startsWith('ec2:'))
        .sort(),
    ).toEqual(['ec2:GetConsoleOutput']);
  });

  const readersOf = (secret: string): string[] =>
    bundleNames.filter((bundle) =>
      statementsOf(bundle).some(
        ({ Action, Resource }) =>
          list(Action).includes('secretsmanager:GetSecretValue') && JSON.stringify(Resource).includes(secret),
      ),
    );

  it('let only those that make and use the signing secrets of webhooks read what seals them', () => {
    expect(readersOf('SealingSecretArn')).toEqual(['api-integration', 'worker-deliver']);
  });

  it('let only the identity function read the secret of tokens', () => {
    const readers = [
      'api-identity',
      'api-compute',
      'api-network',
      'api-storage',
      'api-automation',
      'api-integration',
      'api-objects',
      'api-gateway',
      'api-poll',
      'api-secrets',
      'api-runtime',
      'api-telemetry',
      'api-insight',
      'stream-outbox',
      'stream-totals',
      'worker-reconcile',
      'worker-reconcile-network',
      'worker-reconcile-storage',
      'worker-reconcile-balancing',
      'worker-reconcile-drift',
      'worker-reconcile-autoscaling',
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
    ].filter((bundle) => actionsOf(bundle).includes('secretsmanager:GetSecretValue'));
    expect(readers).toEqual(['api-identity', 'api-integration', 'worker-deliver']);
    expect(readersOf('TokenSecretArn')).toEqual(['api-identity']);
  });

  it('let API functions use no queue but those of tenants, of topics and of invocations, and only those that serve them', () => {
    const users = bundleNames
      .filter((bundle) => bundle.startsWith('api-'))
      .filter((bundle) => actionsOf(bundle).some((action) => action.startsWith('sqs:')));
    expect(users).toEqual(['api-integration', 'api-poll', 'api-runtime']);
    const ownOf = (bundle: string) =>
      statementsOf(bundle)
        .filter(({ Action, Resource }) => list(Action).includes('sqs:SendMessage') && !isOfTenants(Resource))
        .flatMap(({ Resource }) => JSON.stringify(Resource).match(/the-cloud-dev-[a-z-]+/g) ?? [])
        .sort();
    expect(ownOf('api-integration')).toEqual(['the-cloud-dev-deliver', 'the-cloud-dev-fan-out']);
    expect(ownOf('api-runtime')).toEqual(['the-cloud-dev-invocations']);
    expect(actionsOf('api-runtime').filter((action) => action.startsWith('sqs:'))).toEqual([
      'sqs:SendMessage',
    ]);
    const ofTenants = statements
      .filter(({ Action }) => list(Action).some((action) => /^sqs:(?:CreateQueue|PurgeQueue)$/.test(action)))
      .flatMap(({ Resource }) => list(Resource));
    expect(ofTenants.length).toBeGreaterThan(0);
    expect(ofTenants.filter((resource) => !isOfTenants(resource))).toEqual([]);
    expect(
      actionsOf('api-poll')
        .filter((action) => action.startsWith('sqs:'))
        .sort(),
    ).toEqual(['sqs:ChangeMessageVisibility', 'sqs:ReceiveMessage']);
  });

  it.each(['api-secrets', 'worker-reconcile-secrets'])(
    'let the secrets function and its worker alone use a key: %s, and only with the names of what it is for',
    (bundle) => {
      const users = policies.filter(({ Properties }) => JSON.stringify(Properties).includes('kms:'));
      expect(users).toHaveLength(2);
      const [use, ...more] = statementsOf(bundle).filter(({ Action }) =>
        list(Action).some((action) => action.startsWith('kms:')),
      );
      expect(more).toEqual([]);
      expect(list(use?.Action as string[]).sort()).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
      expect(JSON.stringify(use?.Resource)).toContain(':SecretsKeyArn');
      expect(use?.Condition).toEqual({
        'ForAllValues:StringEquals': { 'kms:EncryptionContextKeys': ['tenant', 'secret', 'version'] },
        Null: Object.fromEntries(
          ['tenant', 'secret', 'version'].map((name) => [`kms:EncryptionContext:${name}`, 'false']),
        ),
      });
    },
  );

  it('let only the reconciler run, stop and terminate instances, and take the workload account’s role', () => {
    const mutating = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ec2:TerminateInstances'),
    );
    expect(mutating).toHaveLength(1);
    expect(actionsOf('worker-reconcile')).toEqual(
      expect.arrayContaining(['ec2:RunInstances', 'sts:AssumeRole']),
    );
  });

  it('let only the objects function and the sweep touch tenants’ objects, and the sweep delete alone', () => {
    const actionsOn = (bundle: string) => actionsOf(bundle).filter((action) => action.startsWith('s3:'));
    expect(actionsOn('api-objects').sort()).toEqual([
      's3:AbortMultipartUpload',
      's3:DeleteObject',
      's3:GetObject',
      's3:ListBucket',
      's3:PutObject',
    ]);
    expect(actionsOn('worker-sweep').sort()).toEqual(['s3:AbortMultipartUpload', 's3:DeleteObject']);
    const users = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ObjectsBucketName'),
    );
    expect(users).toHaveLength(2);
  });

  it('let only the reconciler of functions make roles, and only of tenants’ code, within the bounds of it', () => {
    const users = policies.filter(({ Properties }) =>
      JSON.stringify(Properties).includes('"iam:CreateRole"'),
    );
    expect(users).toHaveLength(1);
    const byAction = statementsOf('worker-reconcile-functions').filter(({ Action }) =>
      list(Action).some((action) => action.startsWith('iam:')),
    );
    expect(byAction.map(({ Action }) => Action)).toEqual([
      'iam:CreateRole',
      'iam:TagRole',
      'iam:PutRolePolicy',
      'iam:PassRole',
    ]);
    for (const { Resource } of byAction)
      expect(JSON.stringify(Resource)).toContain('role/the-cloud-dev-t-*"');
    const [bounds, ...more] = ofType('AWS::IAM::ManagedPolicy').filter(({ Properties }) =>
      JSON.stringify(Properties.ManagedPolicyName).includes('the-cloud-dev-tenant-code'),
    );
    expect(more).toEqual([]);
    const [allowed, ...others] = bounds?.Properties.PolicyDocument.Statement ?? [];
    expect(others).toEqual([]);
    expect(allowed.Action).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
    expect(JSON.stringify(allowed.Resource)).toContain('log-group:/the-cloud-dev/functions/*:log-stream:*"');
    const conditions = byAction.map(({ Condition }) => Condition?.StringEquals ?? {});
    expect(conditions.map((one) => Object.keys(one))).toEqual([
      ['aws:RequestTag/thecloud:stage', 'iam:PermissionsBoundary'],
      ['aws:RequestTag/thecloud:stage'],
      ['iam:PermissionsBoundary'],
      ['iam:PassedToService'],
    ]);
    for (const one of [conditions[0], conditions[2]])
      expect(JSON.stringify(one?.['iam:PermissionsBoundary'])).toContain('TenantCodeBoundary');
  });

  it('let only the collector of metrics switch detailed monitoring, of its stage’s own instances', () => {
    const switching = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('MonitorInstances'),
    );
    expect(switching).toHaveLength(1);
    const changing = statementsOf('worker-metrics').filter(({ Action }) =>
      list(Action).includes('ec2:MonitorInstances'),
    );
    expect(changing.map(({ Condition }) => Condition)).toEqual([
      { StringEquals: { 'aws:ResourceTag/thecloud:stage': 'dev' } },
    ]);
  });

  it('let only the reconciler of networks make and take apart networks, and only those of its stage', () => {
    const mutating = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ec2:DeleteVpc'),
    );
    expect(mutating).toHaveLength(1);
    expect(actionsOf('worker-reconcile-network')).toContain('ec2:DeleteVpc');
    const changing = statementsOf('worker-reconcile-network').filter(({ Action }) =>
      list(Action).some((action) => action.startsWith('ec2:') && !action.startsWith('ec2:Describe')),
    );
    expect(changing.map(({ Condition }) => Object.keys(Object.values(Condition ?? {})[0] ?? {}))).toEqual([
      ['aws:RequestTag/thecloud:stage'],
      ['aws:ResourceTag/thecloud:stage'],
      ['ec2:CreateAction'],
      ['aws:ResourceTag/thecloud:stage'],
    ]);
  });

  it('let only the reconciler of storage make and delete volumes and snapshots, and only those of its stage', () => {
    const mutating = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('ec2:DeleteVolume'),
    );
    expect(mutating).toHaveLength(1);
    const changing = statementsOf('worker-reconcile-storage').filter(({ Action }) =>
      list(Action).some((action) => action.startsWith('ec2:') && !action.startsWith('ec2:Describe')),
    );
    expect(changing).toHaveLength(6);
    for (const { Condition } of changing) {
      const [key] = Object.keys(Object.values(Condition ?? {})[0] ?? {});
      expect(key).toMatch(/^(?:aws:(?:Request|Resource)Tag\/thecloud:stage|ec2:CreateAction)$/);
    }
  });

  it('let only the reconciler of balancers change load balancers, and only those of its stage', () => {
    const mutating = ofType('AWS::IAM::Policy').filter(({ Properties }) =>
      JSON.stringify(Properties).includes('elasticloadbalancing:DeleteLoadBalancer'),
    );
    expect(mutating).toHaveLength(1);
    const changing = statementsOf('worker-reconcile-balancing').filter(({ Action }) =>
      list(Action).some((action) => /^(ec2|elasticloadbalancing|iam):(?!Describe)/.test(action)),
    );
    expect(changing.map(({ Condition }) => Object.keys(Object.values(Condition ?? {})[0] ?? {}))).toEqual([
      ['aws:RequestTag/thecloud:stage'],
      ['aws:ResourceTag/thecloud:stage'],
      ['elasticloadbalancing:CreateAction'],
      ['ec2:CreateAction'],
      ['aws:ResourceTag/thecloud:stage'],
      ['iam:AWSServiceName'],
    ]);
  });

  it('let the outbox send and publish, and touch no table', () => {
    expect(actionsOf('stream-outbox').sort()).toEqual(['events:PutEvents', 'sqs:SendMessage']);
  });

  it('let the totals function look at and leave what is counted, and add to totals', () => {
    expect(actionsOf('stream-totals').sort()).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:PutItem',
      'dynamodb:UpdateItem',
    ]);
  });

  it('let the mail worker send from the operator’s own identity only', () => {
    const [send] = statementsOf('worker-mail').filter(({ Action }) => list(Action).includes('ses:SendEmail'));
    expect(JSON.stringify(send?.Resource)).toContain(':identity/cloud@example.com');
    expect(JSON.stringify(send?.Resource)).not.toContain('identity/*');
    const silent = resourcesOf(templates({})).filter(({ Type }) => Type === 'AWS::IAM::Policy');
    expect(JSON.stringify(silent)).not.toContain('ses:SendEmail');
  });

  it('go with the environment variable that names the thing', () => {
    for (const { Properties } of ofType('AWS::Lambda::Function').filter(({ stack }) => stack !== 'network')) {
      const bundle = Properties.FunctionName.replace('the-cloud-dev-', '');
      const variables = Object.keys(Properties.Environment.Variables);
      const actions = actionsOf(bundle);
      expect([bundle, variables.includes('EVENT_BUS_NAME')]).toEqual([
        bundle,
        actions.includes('events:PutEvents'),
      ]);
      expect([bundle, variables.some((name) => name.endsWith('_QUEUE_URL'))]).toEqual([
        bundle,
        statementsOf(bundle).some(
          ({ Sid, Action, Resource }) =>
            !Sid?.startsWith('Runtime') && list(Action).includes('sqs:SendMessage') && !isOfTenants(Resource),
        ),
      ]);
      expect([bundle, variables.includes('TENANT_QUEUES_URL')]).toEqual([
        bundle,
        statementsOf(bundle).some(({ Resource }) => isOfTenants(Resource)),
      ]);
      expect([
        bundle,
        variables.includes('TOKEN_SECRET_ARN') || variables.includes('SEALING_SECRET_ARN'),
      ]).toEqual([bundle, actions.includes('secretsmanager:GetSecretValue')]);
      expect([bundle, variables.includes('TABLE_NAME')]).toEqual([
        bundle,
        actions.some((action) => action.startsWith('dynamodb:')),
      ]);
    }
  });
});
