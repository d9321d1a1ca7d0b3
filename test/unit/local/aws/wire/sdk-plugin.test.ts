import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeInstancesCommand,
  DescribeVpcsCommand,
  EC2Client,
  EC2ServiceException,
  RunInstancesCommand,
  StopInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
  SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { ServiceException } from '@smithy/core/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsClient } from '../../../../../lib/platform/aws/client.ts';
import { createStandInHost, type StandInHost } from '../../../../../local/aws/host.ts';
import { AwsError } from '../../../../../local/aws/stand-in.ts';
import type { PolicyFile } from '../../../../../local/iam/policy.ts';
import { createToys } from './toy-stand-ins.ts';

const account = '000000000000';
const functionArn = `arn:aws:sts::${account}:assumed-role/api/api-compute`;
const policy: PolicyFile = {
  roleArn: `arn:aws:iam::${account}:role/api`,
  sessionArn: functionArn,
  account,
  policies: [
    {
      name: 'inline',
      document: {
        Version: '2012-10-17',
        Statement: [
          { Effect: 'Allow', Action: ['ec2:Describe*', 'ec2:RunInstances', 'ec2:CreateTags'], Resource: '*' },
          {
            Effect: 'Allow',
            Action: 'ec2:StopInstances',
            Resource: `arn:aws:ec2:us-east-1:${account}:instance/*`,
            Condition: { StringEquals: { 'aws:ResourceTag/owner': 'cloud' } },
          },
          { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' },
          {
            Effect: 'Allow',
            Action: 'dynamodb:GetItem',
            Resource: `arn:aws:dynamodb:us-east-1:${account}:table/record`,
          },
        ],
      },
    },
  ],
};

const toys = createToys();
const folder = mkdtempSync(join(tmpdir(), 'sdk-plugin-'));
let host: StandInHost;
let endpoint: Server;
const reachedEndpoint: string[] = [];

const make = <C extends object>(Client: new (config: never) => C, config: Record<string, unknown> = {}): C =>
  awsClient(Client, 'NONE', {
    endpoint: `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    ...config,
  });

/** The error that a promise fails with. */
const errorOf = async (promise: Promise<unknown>): Promise<ServiceException & Record<string, unknown>> => {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(outcome).toBeInstanceOf(Error);
  return outcome as ServiceException & Record<string, unknown>;
};

beforeAll(async () => {
  endpoint = createServer((request, response) => {
    reachedEndpoint.push(String(request.headers['x-amz-target']));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  await new Promise<void>((done) => endpoint.listen(0, '127.0.0.1', done));
  host = await createStandInHost({
    standIns: toys.standIns,
    identify: (accessKeyId, region) => {
      if (accessKeyId === 'AKIAFUNCTION') return { account, region, arn: functionArn };
      if (accessKeyId === 'ASIAWORKLOAD') return { account: '111111111111', region, arn: 'workload' };
      return undefined;
    },
    authorize: (call, caller) => {
      if (caller.arn === 'workload' && call.command === 'DescribeVpcsCommand')
        throw new AwsError('UnauthorizedOperation', 'no', 403);
      if (caller.arn === 'workload' && call.command === 'RunInstancesCommand')
        throw new AwsError('UnauthorizedOperation', 'You are not authorized.', 403);
    },
    resourceKeys: (resource): Record<string, string> =>
      resource.endsWith('/i-ours') ? { 'aws:resourcetag/owner': 'cloud' } : {},
    failed: () => undefined,
  });
  const policyFile = join(folder, 'policy.json');
  writeFileSync(policyFile, JSON.stringify(policy));
  vi.stubEnv('CLOUD_SDK_PLUGIN', join(import.meta.dirname, '../../../../../local/sdk-plugin.ts'));
  vi.stubEnv('CLOUD_LOCAL_HOST', host.url);
  vi.stubEnv('CLOUD_LOCAL_POLICY', policyFile);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAFUNCTION');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});

beforeEach(() => {
  toys.reset();
  reachedEndpoint.length = 0;
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await host.close();
  await new Promise<void>((done) => {
    endpoint.close(() => done());
    endpoint.closeAllConnections();
  });
  await rm(folder, { recursive: true });
});

describe('a call that a stand-in answers', () => {
  it('arrives with the caller, and its answer with all values as they were', async () => {
    const after = new Date(0);
    const answer = await make(EC2Client).send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'x', Values: ['é'] }],
        NextToken: undefined,
        after,
      } as never),
    );
    expect(answer.Reservations?.[0]?.Instances?.[0]?.LaunchTime).toEqual(new Date(86_400_000));
    expect(answer.$metadata).toMatchObject({
      httpStatusCode: 200,
      attempts: 1,
      requestId: expect.any(String),
    });
    expect(toys.received).toEqual([
      {
        input: { Filters: [{ Name: 'x', Values: ['é'] }], NextToken: undefined, after },
        caller: { account, region: 'us-east-1', arn: functionArn },
      },
    ]);
    expect(reachedEndpoint).toEqual([]);
  });

  it('carries bytes and big integers', async () => {
    const answer = await make(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: 's' }));
    expect(answer).toMatchObject({ SecretBinary: new Uint8Array([0, 1, 255]), big: 2n ** 60n });
  });

  it('comes with the token that the SDK would send, the same one in each attempt', async () => {
    toys.failNext(toys.throttled());
    const launch = { ImageId: 'ami-1', MinCount: 1, MaxCount: 1 };
    await make(EC2Client).send(new RunInstancesCommand(launch));
    await make(EC2Client).send(new RunInstancesCommand({ ...launch, ClientToken: 'mine' }));
    const [first, second, third] = toys.received.map(({ input }) => input.ClientToken);
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
    expect(third).toBe('mine');
  });

  it('goes to the region and the account of its client', async () => {
    const client = make(EC2Client, {
      region: 'eu-west-1',
      credentials: { accessKeyId: 'ASIAWORKLOAD', secretAccessKey: 'x', sessionToken: 'y' },
    });
    await client.send(new DescribeInstancesCommand({}));
    expect(toys.received[0]?.caller).toEqual({
      account: '111111111111',
      region: 'eu-west-1',
      arn: 'workload',
    });
  });
});

describe('an error of a stand-in', () => {
  it('is the SDK’s own exception', async () => {
    toys.failNext(new AwsError('InvalidInstanceID.NotFound', 'The instance ID i-9 does not exist', 400));
    const error = await errorOf(make(EC2Client).send(new DescribeInstancesCommand({})));
    expect(error).toBeInstanceOf(ServiceException);
    expect(error).toBeInstanceOf(EC2ServiceException);
    expect(error).not.toBeInstanceOf(SecretsManagerServiceException);
    expect(error).toMatchObject({
      name: 'InvalidInstanceID.NotFound',
      message: 'The instance ID i-9 does not exist',
      $fault: 'client',
      $metadata: { httpStatusCode: 400, attempts: 1, requestId: expect.any(String) },
    });
  });

  it('is of the class that the client exports for it', async () => {
    toys.failNext(new AwsError('ResourceNotFoundException', 'no', 400));
    const error = await errorOf(
      make(SecretsManagerClient).send(new GetSecretValueCommand({ SecretId: 's' })),
    );
    expect(error).toBeInstanceOf(ResourceNotFoundException);
    expect(error).toBeInstanceOf(SecretsManagerServiceException);
  });

  it.each([
    ['throttling', () => toys.throttled(), 3],
    ['a server error', () => new AwsError('InternalError', 'oops', 500), 3],
    ['a client error', () => new AwsError('InvalidParameterValue', 'no', 400), 1],
  ])('is retried as the SDK would: %s', async (_, fail, calls) => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    toys.failNext(fail(), fail(), fail());
    const error = await errorOf(make(EC2Client).send(new DescribeInstancesCommand({})));
    vi.restoreAllMocks();
    expect(toys.received).toHaveLength(calls);
    expect(error.$metadata.attempts).toBe(calls);
  });

  it('is retried no more often than the client is allowed to', async () => {
    toys.failNext(toys.throttled());
    await errorOf(make(EC2Client, { maxAttempts: 1 }).send(new DescribeInstancesCommand({})));
    expect(toys.received).toHaveLength(1);
  });

  it('goes away when a retry succeeds', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    toys.failNext(toys.throttled());
    const answer = await make(EC2Client).send(new DescribeInstancesCommand({}));
    vi.restoreAllMocks();
    expect(answer.$metadata.attempts).toBe(2);
  });

  it('tells nothing of a stand-in’s own bug', async () => {
    toys.failNext(new TypeError('secret detail'));
    const error = await errorOf(make(EC2Client, { maxAttempts: 1 }).send(new DescribeInstancesCommand({})));
    expect(error).toMatchObject({ name: 'InternalFailure', $fault: 'server' });
    expect(error.message).not.toContain('secret detail');
  });

  it('says which action the engine lacks', async () => {
    const error = await errorOf(make(EC2Client).send(new DescribeVpcsCommand({})));
    expect(error).toMatchObject({
      name: 'InvalidAction',
      message: 'The local engine has no DescribeVpcs of EC2Client.',
    });
  });

  it('names an access key that nobody was given', async () => {
    const client = make(EC2Client, { credentials: { accessKeyId: 'AKIAWRONG', secretAccessKey: 'x' } });
    expect(await errorOf(client.send(new DescribeInstancesCommand({})))).toMatchObject({
      name: 'AuthFailure',
      $metadata: { httpStatusCode: 401 },
    });
  });
});

describe('a call that the role does not allow', () => {
  it('fails as on AWS, before anything is sent', async () => {
    const error = await errorOf(
      make(DynamoDBClient).send(new GetItemCommand({ TableName: 'other', Key: { pk: { S: 'a' } } })),
    );
    expect(error).toMatchObject({
      name: 'AccessDeniedException',
      message: `User: ${functionArn} is not authorized to perform: dynamodb:GetItem on resource: arn:aws:dynamodb:us-east-1:${account}:table/other because no identity-based policy allows the dynamodb:GetItem action`,
      $fault: 'client',
      $metadata: { httpStatusCode: 400 },
    });
    expect(reachedEndpoint).toEqual([]);
  });

  it('fails in the service’s own words', async () => {
    const queue = { QueueUrl: `http://127.0.0.1:1/${account}/jobs`, MessageBody: 'x' };
    expect(await errorOf(make(SQSClient).send(new SendMessageCommand(queue)))).toMatchObject({
      name: 'AccessDenied',
      $metadata: { httpStatusCode: 403 },
    });
    const error = await errorOf(
      make(EC2Client).send(new StopInstancesCommand({ InstanceIds: ['i-theirs'] })),
    );
    expect(error).toMatchObject({ name: 'UnauthorizedOperation', $metadata: { httpStatusCode: 403 } });
    expect(error.message).toMatch(/^You are not authorized to perform this operation\. User: /);
    expect(toys.received).toEqual([]);
  });

  it('is told apart by the tags that the resource has', async () => {
    await make(EC2Client).send(new StopInstancesCommand({ InstanceIds: ['i-ours'] }));
    expect(toys.received).toHaveLength(1);
  });

  it('is judged by the host where it comes with other credentials', async () => {
    const client = make(EC2Client, { credentials: { accessKeyId: 'ASIAWORKLOAD', secretAccessKey: 'x' } });
    await client.send(new StopInstancesCommand({ InstanceIds: ['i-theirs'] }));
    const error = await errorOf(
      client.send(new RunInstancesCommand({ ImageId: 'ami-1', MinCount: 1, MaxCount: 1 })),
    );
    expect(error).toMatchObject({ name: 'UnauthorizedOperation', message: 'You are not authorized.' });
  });
});

describe('a call to a service without a stand-in', () => {
  it('goes on to the client’s endpoint', async () => {
    await make(DynamoDBClient).send(new GetItemCommand({ TableName: 'record', Key: { pk: { S: 'a' } } }));
    expect(reachedEndpoint).toEqual(['DynamoDB_20120810.GetItem']);
  });
});

describe('the grants that were used', () => {
  it('reach the host, one by one', async () => {
    await make(DynamoDBClient).send(new GetItemCommand({ TableName: 'record', Key: { pk: { S: 'a' } } }));
    await make(EC2Client).send(new DescribeInstancesCommand({}));
    await vi.waitFor(() =>
      expect(host.uses()).toEqual(
        expect.arrayContaining([
          { roleArn: policy.roleArn, policy: 'inline', statement: 0, action: 'ec2:Describe*', resource: '*' },
          {
            roleArn: policy.roleArn,
            policy: 'inline',
            statement: 3,
            action: 'dynamodb:GetItem',
            resource: `arn:aws:dynamodb:us-east-1:${account}:table/record`,
          },
        ]),
      ),
    );
  });
});

describe('the host', () => {
  it.each([
    ['another content type', 'POST', '/call', { 'content-type': 'text/plain' }],
    ['a page’s preflight', 'OPTIONS', '/call', {}],
    ['an unknown path', 'POST', '/other', { 'content-type': 'application/x-v8-value' }],
  ])('answers 404 to %s', async (_, method, path, headers) => {
    const response = await fetch(new URL(path, host.url), { method, headers });
    expect(response.status).toBe(404);
  });
});
