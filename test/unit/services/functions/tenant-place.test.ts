import { DatabaseSync } from 'node:sqlite';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import { attachPlugin, awsClient, type SdkPlugin } from '../../../../lib/platform/aws/client.ts';
import { createLambdaHost } from '../../../../lib/services/functions/backend.lambda.ts';
import type { FunctionHost, HostedFunction } from '../../../../lib/services/functions/backend.ts';
import { createFunctionController } from '../../../../lib/services/functions/controller.ts';
import type { FunctionRecord } from '../../../../lib/services/functions/record.ts';
import { createIam } from '../../../../local/aws/iam/index.ts';
import { createLambda } from '../../../../local/aws/lambda/index.ts';
import { createLogs } from '../../../../local/aws/logs/index.ts';
import type { StandIn } from '../../../../local/aws/stand-in.ts';
import { VirtualTimers } from '../../../../local/clock.ts';
import { zip } from '../../../support/zip.ts';
import { call } from '../../local/aws/context.ts';

const tenant = 'aaaaaaaa-0000-4000-8000-000000000001';
const oldRole = 'arn:aws:iam::000000000000:role/shared';
const role = `arn:aws:iam::000000000000:role/cloud-t-${tenant}`;
const logGroup = `/cloud/functions/${tenant}`;
const boundary = 'arn:aws:iam::000000000000:policy/bounds';
const place = {
  prefix: 'cloud',
  stage: 'test',
  bucket: 'code',
  rolesArn: 'arn:aws:iam::000000000000:role/cloud-t-',
  boundaryArn: boundary,
  logGroupsArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/cloud/functions/',
  logRetentionDays: 30,
  layerArn: 'arn:aws:lambda:us-east-1:000000000000:layer:process:1',
};
const signal = new AbortController().signal;
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const archive = await zip({ 'index.js': '' });

const wanted = (change: Partial<HostedFunction> = {}): HostedFunction => ({
  tenant,
  functionId: 'f',
  sha256: '',
  name: 'x',
  runtime: 'nodejs20',
  model: 'process',
  handler: 'index.js',
  timeoutSeconds: 30,
  memoryMegabytes: 128,
  environment: {},
  ...change,
});

describe('the role and the log group of a tenant’s code', () => {
  let timers: VirtualTimers;
  let iam: ReturnType<typeof createIam>;
  let logs: StandIn;
  let lambda: StandIn;
  let calls: string[];
  /** What becomes of a call: it is not made, or its answer is lost. */
  let fault: (command: string) => 'before' | 'after' | undefined;

  beforeEach(() => {
    timers = new VirtualTimers();
    const context = { timers, database: new DatabaseSync(':memory:'), limits: 'roomy' } as const;
    iam = createIam(context, { propagationMilliseconds: 5_000 });
    logs = createLogs(context);
    lambda = createLambda(context, {
      readObject: async () => archive,
      canAssume: (arn) => arn === oldRole || iam.controls.canAssume('lambda.amazonaws.com', arn),
      settleMilliseconds: 0,
    });
    calls = [];
    fault = () => undefined;
  });

  /** A reconciler that has just started, and remembers nothing. */
  const newHost = (): FunctionHost => {
    const client = <C extends object>(Client: new (config: never) => C, standIn?: StandIn): C => {
      const made = awsClient(Client, 'TEST', { region: 'us-east-1', credentials, maxAttempts: 1 });
      const plugin: SdkPlugin = {
        async intercept({ command, input }) {
          if (!standIn) return {};
          const name = command.replace(/Command$/, '');
          calls.push(name);
          const what = fault(name);
          if (what === 'before') throw Object.assign(new Error('cut off'), { name: 'AbortError' });
          const output = await call(standIn, name, input as object);
          if (what === 'after') throw Object.assign(new Error('cut off'), { name: 'AbortError' });
          return output;
        },
      };
      attachPlugin(made, () => plugin);
      return made;
    };
    return createLambdaHost({
      lambda: client(LambdaClient, lambda),
      s3: client(S3Client),
      iam: client(IAMClient, iam),
      logs: client(CloudWatchLogsClient, logs),
      place,
    });
  };

  const expectPlace = async () => {
    expect(await call(logs, 'DescribeLogGroups', {})).toMatchObject({
      logGroups: [{ logGroupName: logGroup, retentionInDays: 30 }],
    });
    const RoleName = `cloud-t-${tenant}`;
    expect(await call(iam, 'GetRole', { RoleName })).toMatchObject({
      Role: {
        Arn: role,
        PermissionsBoundary: { PermissionsBoundaryArn: boundary },
        Tags: [
          { Key: 'thecloud:stage', Value: 'test' },
          { Key: 'thecloud:tenant', Value: tenant },
        ],
      },
    });
    const { PolicyDocument } = await call<{ PolicyDocument: string }>(iam, 'GetRolePolicy', {
      RoleName,
      PolicyName: 'own-log',
    });
    expect(JSON.parse(decodeURIComponent(PolicyDocument)).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `arn:aws:logs:us-east-1:000000000000:log-group:${logGroup}:log-stream:*`,
      },
    ]);
  };

  const configuration = () => call(lambda, 'GetFunctionConfiguration', { FunctionName: 'cloud-t-f' });

  it('are made before the function, which Lambda refuses until it sees the role', async () => {
    const host = newHost();
    for (let look = 0; look < 2; look++) {
      await expect(host.create(wanted(), signal)).rejects.toMatchObject({ failure: 'not_yet' });
      timers.advance(2_000);
    }
    timers.advance(1_000);
    await host.create(wanted(), signal);
    await expectPlace();
    expect(await configuration()).toMatchObject({ Role: role, LoggingConfig: { LogGroup: logGroup } });
    const once = ['CreateLogGroup', 'PutRetentionPolicy', 'CreateRole', 'PutRolePolicy', 'CreateFunction'];
    expect(calls).toEqual([...once, ...once, ...once]);
  });

  it('are remembered: the next function of the tenant costs one call', async () => {
    const host = newHost();
    await expect(host.create(wanted(), signal)).rejects.toThrow();
    timers.advance(5_000);
    await host.create(wanted(), signal);
    calls = [];
    await host.create(wanted({ functionId: 'g' }), signal);
    expect(calls).toEqual(['CreateFunction']);
  });

  it('are another tenant’s own', async () => {
    const host = newHost();
    const other = 'bbbbbbbb-0000-4000-8000-000000000002';
    for (const one of [tenant, other])
      await expect(host.create(wanted({ tenant: one, functionId: one }), signal)).rejects.toThrow();
    expect(await call(logs, 'DescribeLogGroups', {})).toMatchObject({
      logGroups: [{ logGroupName: logGroup }, { logGroupName: `/cloud/functions/${other}` }],
    });
    const policy = { RoleName: `cloud-t-${other}`, PolicyName: 'own-log' };
    const { PolicyDocument } = await call<{ PolicyDocument: string }>(iam, 'GetRolePolicy', policy);
    expect(PolicyDocument).toContain(encodeURIComponent(`/cloud/functions/${other}:log-stream:*`));
    expect(PolicyDocument).not.toContain(tenant);
  });

  it.each(
    ['CreateLogGroup', 'PutRetentionPolicy', 'CreateRole', 'PutRolePolicy'].flatMap((command) =>
      (['before', 'after'] as const).map((when) => [when, command] as const),
    ),
  )('are completed by the next process, where one died %s %s', async (when, command) => {
    fault = (name) => (name === command ? when : undefined);
    // No function was asked for: nothing that may yet show has to be waited for.
    await expect(newHost().create(wanted(), signal)).rejects.toMatchObject({ failure: 'not_yet' });
    expect(calls).not.toContain('CreateFunction');
    fault = () => undefined;
    timers.advance(5_000);
    const host = newHost();
    await host.create(wanted(), signal).catch(() => timers.advance(5_000));
    if (!(await host.observe('f', signal))) await host.create(wanted(), signal);
    await expectPlace();
  });

  it.each([
    ['IAM', 'CreateRole', 'LimitExceededException', 'exhausted', 'a limit of the account is reached'],
    ['IAM', 'PutRolePolicy', 'NoSuchEntityException', 'not_yet', 'IAM is not ready'],
    ['IAM', 'CreateRole', 'ConcurrentModificationException', 'not_yet', 'IAM is not ready'],
    ['IAM', 'PutRolePolicy', 'Throttling', 'throttled', 'request budget of IAM'],
    ['IAM', 'PutRolePolicy', 'AccessDenied', 'broken', 'IAM failed'],
    ['CloudWatch Logs', 'CreateLogGroup', 'OperationAbortedException', 'not_yet', 'Logs is not ready'],
    ['CloudWatch Logs', 'CreateLogGroup', 'LimitExceededException', 'exhausted', 'a limit of the account'],
    [
      'CloudWatch Logs',
      'PutRetentionPolicy',
      'ThrottlingException',
      'throttled',
      'budget of CloudWatch Logs',
    ],
  ])('wait for, or fail with, what %s says to %s: %s', async (service, command, name, failure, message) => {
    const standIn = service === 'IAM' ? iam : logs;
    standIn.actions[`${command}Command`] = () => {
      throw Object.assign(new Error('of role/secret'), { name, $metadata: { httpStatusCode: 400 } });
    };
    const error = await newHost()
      .create(wanted(), signal)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ failure, publicMessage: expect.stringContaining(message) });
    expect(error).not.toMatchObject({ publicMessage: expect.stringContaining('secret') });
  });

  it('take the place of a role that was all tenants’, at the next look', async () => {
    const host = newHost();
    const command = new CreateFunctionCommand({
      FunctionName: 'cloud-t-f',
      Role: oldRole,
      Code: { S3Bucket: 'code', S3Key: 'k' },
      Runtime: 'nodejs24.x',
      Handler: 'index.js',
      Timeout: 30,
      LoggingConfig: { LogGroup: '/cloud/functions' },
    });
    await call(lambda, 'CreateFunction', command.input);
    const { observe, reconcile } = createFunctionController(host, async () => {});
    const at = '2026-01-01T00:00:00.000Z';
    const seen = await host.observe('f', signal);
    const code = {
      version: 1,
      sha256: seen?.sha256 ?? '',
      size: 1,
      handler: 'index.js',
      model: 'process' as const,
      at,
    };
    const record = {
      id: 'f',
      tenant,
      name: 'x',
      runtime: 'nodejs20',
      timeout: 30,
      memory_mb: 128,
      environment: {},
      code,
      codes: [code],
    } as unknown as FunctionRecord;
    const look = async () => {
      const step = reconcile(record, (await observe([record], signal)).get('f'), Date.parse(at));
      return step.do === 'call' ? step.call(signal).then(() => step.name) : step.do;
    };
    await expect(look()).rejects.toMatchObject({ failure: 'not_yet' });
    expect(await configuration()).toMatchObject({ Role: oldRole });
    timers.advance(5_000);
    expect(await look()).toBe('UpdateFunctionConfiguration');
    expect(await configuration()).toMatchObject({ Role: role, LoggingConfig: { LogGroup: logGroup } });
    expect(await look()).toBe('converged');
    await expectPlace();
  });
});
