import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import noRoute from '../../../events/api-gateway-none.json' with { type: 'json' };
import { composeAcceptInvocation } from '../../../lib/app/accept-invocation.ts';
import { composeGatewayRoutes } from '../../../lib/app/gateway-routes.ts';
import { systemClock } from '../../../lib/platform/clock.ts';
import type { RestHandler } from '../../../lib/platform/http/rest-api.ts';
import type { ApiHandler } from '../../../lib/platform/http/serve.ts';
import { newId } from '../../../lib/platform/ids.ts';
import { CreateGatewayRoute } from '../../../lib/services/gateway/schema.ts';
import { createIam } from '../../../local/aws/iam/index.ts';
import { createLambda } from '../../../local/aws/lambda/index.ts';
import { createLogs } from '../../../local/aws/logs/index.ts';
import { realTimers } from '../../../local/clock.ts';
import { arn } from '../../../local/engine/account.ts';
import { Queues } from '../../../local/engine/services/queues.ts';
import { startTables, type TestTables } from '../../support/tables.ts';
import { zip } from '../../support/zip.ts';
import { contextOf, eventOf } from '../platform/http/harness.ts';
import { newCaller } from '../services/instances/harness.ts';
import { standIns } from './lambda-plugin.ts';

type Worker = (event: SQSEvent, context: unknown) => Promise<{ batchItemFailures: unknown[] }>;

/** The functions as they are deployed, over a real table, S3 and SQS, and the stand-in for Lambda. */
describe('functions, from the request to the process and back', () => {
  let tables: TestTables;
  let queues: Queues;
  let folder: string;
  let identity: ApiHandler;
  let runtime: ApiHandler;
  let reconcile: Worker;
  let invoke: Worker;
  let gateway: RestHandler;
  let headers: Record<string, string>;
  let tenant: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'functions-test-'));
    [tables, queues] = await Promise.all([startTables(), Queues.start(folder, realTimers)]);
    queues.ensureBucket('codes');
    queues.ensure('invocations', {});
    const context = { timers: realTimers, database: new DatabaseSync(':memory:'), limits: 'roomy' } as const;
    const iam = createIam(context);
    const lambda = createLambda(context, {
      readObject: async (bucket, key) => queues.readObject(bucket, key),
      canAssume: (roleArn) => iam.controls.canAssume('lambda.amazonaws.com', roleArn),
      settleMilliseconds: 20,
    });
    for (const standIn of [iam, lambda, createLogs(context)]) standIns.set(standIn.client, standIn);
    const environment = {
      STAGE: 'test',
      TABLE_NAME: tables.names.record,
      EPHEMERAL_TABLE_NAME: tables.names.ephemeral,
      ORIGIN_SECRET: '',
      ALLOWED_ORIGINS: '[]',
      RATE_LIMIT: '{"requestsPerSecond":100,"burst":200}',
      AUTH_RATE_LIMIT: '{"perMinute":5,"burst":5}',
      TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token',
      REGISTRATION: 'open',
      DEFAULT_QUOTAS: '{"functions":5,"gateway_routes":5}',
      EGRESS_ALLOWED_RANGES: '[]',
      HOME_ZONE: 'us-east-1a',
      ZONES: '["us-east-1a"]',
      TENANT_PREFIX: 'the-cloud-test',
      FUNCTION_CODE_BUCKET: 'codes',
      FUNCTION_ROLES_ARN: 'arn:aws:iam::000000000000:role/the-cloud-test-t-',
      FUNCTION_BOUNDARY_ARN: 'arn:aws:iam::000000000000:policy/the-cloud-test-tenant-code',
      FUNCTION_LOG_GROUPS_ARN: 'arn:aws:logs:us-east-1:000000000000:log-group:/the-cloud-test/functions/',
      FUNCTION_LOG_RETENTION_DAYS: '30',
      FUNCTION_LAYER_ARN: 'arn:aws:lambda:us-east-1:000000000000:layer:function-process:1',
      INVOCATIONS_QUEUE_URL: queues.queueUrl('invocations'),
      TENANT_QUEUES_URL: queues.queueUrl('the-cloud-test-t-'),
      TENANT_QUEUES_ARN: arn('sqs', 'the-cloud-test-t-'),
      AWS_ENDPOINT_URL_DYNAMODB: tables.url,
      AWS_ENDPOINT_URL_SQS: queues.url,
      AWS_ENDPOINT_URL_S3: queues.url,
      CLOUD_SDK_PLUGIN: new URL('./lambda-plugin.ts', import.meta.url).href,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
    ({ handler: identity } = await import('../../../functions/api/identity.ts'));
    ({ handler: runtime } = await import('../../../functions/api/runtime.ts'));
    ({ handler: reconcile } = (await import('../../../functions/workers/reconcile-functions.ts')) as never);
    ({ handler: gateway } = await import('../../../functions/api/gateway.ts'));
    ({ handler: invoke } = (await import('../../../functions/workers/invoke.ts')) as never);
    const user = { email: 'user@example.com', password: 'password123', name: 'User' };
    const registered = await call(identity, 'POST', '/auth/register', user);
    tenant = registered.json.data.id;
    const login = await call(identity, 'POST', '/auth/login', user);
    headers = { 'x-api-key': login.json.data.api_key };
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    standIns.get('LambdaClient')?.close?.();
    standIns.clear();
    await Promise.all([tables?.stop(), queues?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const call = async (handler: ApiHandler, method: string, path: string, body?: unknown, query = '') => {
    const answer = await handler(eventOf({ method, path, body, query, headers }), contextOf());
    return { ...answer, json: answer.body ? JSON.parse(answer.body) : undefined };
  };
  const deliver = (worker: Worker, body: string) => {
    const record = { messageId: 'm', body, attributes: { ApproximateReceiveCount: '1' } };
    return worker({ Records: [record] } as unknown as SQSEvent, contextOf());
  };
  /** What the stream and the queues do. */
  const bringAbout = async (id: string, generation: number) => {
    const event_id = `${id}:${generation}`;
    const message = { kind: 'FUNCTION', tenant, id, generation, event_id };
    expect(await deliver(reconcile, JSON.stringify(message))).toEqual({ batchItemFailures: [] });
  };
  const encoded = async (source: string) => (await zip({ 'index.js': source })).toString('base64');

  it('are made, run with the answer and without, changed, gone back and deleted', async () => {
    const made = await call(runtime, 'POST', '/functions', {
      name: 'echo',
      runtime: 'nodejs20',
      handler: 'index.js',
      code: await encoded('console.log("first", process.env.PAYLOAD)'),
    });
    expect(made.statusCode, made.body).toBe(201);
    const { id } = made.json.data;
    const path = `/functions/${id}`;
    const [first] = await Promise.all([call(runtime, 'POST', `${path}/invoke`, 'one'), bringAbout(id, 1)]);
    expect(first.statusCode, first.body).toBe(200);
    expect(first.json.data).toMatchObject({ status: 'SUCCESS', status_code: 0, logs: 'first one\n' });

    const later = await call(runtime, 'POST', `${path}/invoke`, 'two', 'async=true');
    expect([later.statusCode, later.json.data.status]).toEqual([202, 'PENDING']);
    const [message] = queues.receive(arn('sqs', 'invocations'), 1);
    expect(await deliver(invoke, message?.Body ?? '')).toEqual({ batchItemFailures: [] });
    const listed = await call(runtime, 'GET', `${path}/logs`);
    expect(listed.json.data).toMatchObject([
      { id: later.json.data.id, status: 'SUCCESS', logs: 'first two\n' },
      { id: first.json.data.id },
    ]);

    const put = await call(runtime, 'PUT', `${path}/code`, { code: await encoded('console.log("second")') });
    expect(put.json.data.code_version).toBe(2);
    await bringAbout(id, 2);
    expect((await call(runtime, 'POST', `${path}/invoke`, '')).json.data.logs).toBe('second\n');
    expect((await call(runtime, 'POST', `${path}/rollback`, { version: 1 })).statusCode).toBe(200);
    await bringAbout(id, 3);
    expect((await call(runtime, 'PATCH', path, { timeout: 1 })).json.data.timeout).toBe(1);
    await bringAbout(id, 4);
    expect((await call(runtime, 'POST', `${path}/invoke`, 'x')).json.data.logs).toBe('first x\n');

    expect((await call(runtime, 'DELETE', path)).statusCode).toBe(200);
    await bringAbout(id, 5);
    expect((await call(runtime, 'POST', `${path}/invoke`, 'x')).statusCode).toBe(404);
  });

  it('answer a gateway route, and are invoked under a key of their caller’s', async () => {
    const made = await call(runtime, 'POST', '/functions', {
      name: 'web',
      runtime: 'nodejs20',
      handler: 'index.handler',
      code: await encoded(
        'exports.handler = async ({ rawPath, body }) => rawPath === "/base/bad" ? 1 : ({ statusCode: 201, headers: { "X-Path": rawPath }, cookies: ["a=1", "b=2"], body: body ?? "", isBase64Encoded: true })',
      ),
    });
    const { id } = made.json.data;
    const stranger = newCaller();
    const owner = { ...stranger, principal: { ...stranger.principal, tenant } };
    const parts = { tables: tables.tables, clock: systemClock, newId };
    const { gatewayRoutes } = composeGatewayRoutes(parts);
    const input = CreateGatewayRoute.parse({
      name: 'web',
      path_prefix: '/web',
      target_url: `function://${id}/base`,
      strip_prefix: true,
    });
    await expect(gatewayRoutes.create(stranger, input)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    const unable = { ...owner, principal: { ...owner.principal, permissions: new Set(['gateway:create']) } };
    await expect(gatewayRoutes.create(unable, input)).rejects.toMatchObject({ type: 'FORBIDDEN' });
    await gatewayRoutes.create(owner, input);
    const ask = (path: string) => {
      const event = { ...structuredClone(noRoute), path, httpMethod: 'POST' };
      return gateway({ ...event, body: '/wA=', isBase64Encoded: true } as never, contextOf());
    };
    const [first] = await Promise.all([ask('/gw/web/a%2Fb'), bringAbout(id, 1)]);
    expect(first).toMatchObject({
      statusCode: 201,
      body: '/wA=',
      multiValueHeaders: { 'x-path': ['/base/a%2Fb'], 'set-cookie': ['a=1', 'b=2'] },
    });
    expect(await ask('/gw/web/bad')).toMatchObject({ statusCode: 502 });

    const invocationId = newId();
    const accept = () => composeAcceptInvocation(parts)(owner, id, Buffer.from('{}'), { invocationId });
    expect(await accept()).toMatchObject({ id: invocationId, status: 'PENDING' });
    await accept();
    const messages = queues.receive(arn('sqs', 'invocations'), 10);
    expect(messages).toHaveLength(1);
    await deliver(invoke, messages[0]?.Body ?? '');
    const listed = await call(runtime, 'GET', `/functions/${id}/logs`);
    const shown: { id: string; status: string; result?: string }[] = listed.json.data;
    expect(shown.map(({ status, result }) => [status, result !== undefined])).toEqual([
      ['SUCCESS', true],
      ['SUCCESS', false],
      ['SUCCESS', false],
    ]);
    expect(shown[0]?.id).toBe(invocationId);
  });

  it('are refused beyond the quota, and the archive of what was refused is no record’s', async () => {
    const body = { runtime: 'nodejs20', handler: 'index.js', code: await encoded('') };
    const answers = [];
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      answers.push(await call(runtime, 'POST', '/functions', { ...body, name }));
    expect(answers.at(-1)?.statusCode).toBe(429);
  });
});
