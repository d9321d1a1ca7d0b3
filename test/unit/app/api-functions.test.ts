import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiHandler } from '../../../lib/platform/http/serve.ts';
import { startTables, type TestTables } from '../../support/tables.ts';
import { contextOf, eventOf } from '../platform/http/harness.ts';

let store: TestTables;
let identity: ApiHandler;
let compute: ApiHandler;
let key: Record<string, string>;
const lines: string[] = [];

beforeAll(async () => {
  store = await startTables();
  const environment = {
    STAGE: 'test',
    TABLE_NAME: store.names.record,
    EPHEMERAL_TABLE_NAME: store.names.ephemeral,
    ORIGIN_SECRET: '',
    ALLOWED_ORIGINS: '[]',
    RATE_LIMIT: '{"requestsPerSecond":100,"burst":200}',
    AUTH_RATE_LIMIT: '{"perMinute":5,"burst":5}',
    TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token',
    REGISTRATION: 'open',
    DEFAULT_QUOTAS: '{"instances":20,"vcpus":40,"vpcs":5}',
    AMI_ALLOW_LIST: '[]',
    HOME_ZONE: 'us-east-1a',
    ZONES: '["us-east-1a","us-east-1b"]',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  ({ handler: identity } = await import('../../../functions/api/identity.ts'));
  ({ handler: compute } = await import('../../../functions/api/compute.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await store.stop();
});

const call = async (handler: ApiHandler, request: Parameters<typeof eventOf>[0]) => {
  const answer = await handler(eventOf(request), contextOf());
  const line = JSON.parse(lines.at(-1) as string);
  return {
    ...answer,
    json: answer.body && JSON.parse(answer.body),
    requests: line.dynamodb_requests as number | undefined,
  };
};

const user = { email: 'user@example.com', password: 'password123', name: 'User' };

describe('the API functions over a real table', () => {
  it('register and log in', async () => {
    expect((await call(identity, { method: 'POST', path: '/auth/register', body: user })).statusCode).toBe(
      201,
    );
    const login = await call(identity, { method: 'POST', path: '/auth/login', body: user });
    key = { 'x-api-key': login.json.data.api_key };
    expect(login.statusCode).toBe(200);
  });

  it('launch in one request to DynamoDB, and again with the first answer', async () => {
    await call(compute, { path: '/quotas', headers: key });
    const request = {
      method: 'POST',
      path: '/instances',
      headers: { ...key, 'idempotency-key': 'launch-1' },
      body: { name: 'web-1', image: 'ubuntu-24.04', ports: '', vpc_id: '', subnet_id: '', volumes: null },
    };
    const [first, second] = [await call(compute, request), await call(compute, request)];
    expect([first.statusCode, first.requests]).toEqual([201, 1]);
    expect([second.statusCode, second.requests, second.body]).toEqual([201, 1, first.body]);
  });

  it('read by id in one request to DynamoDB', async () => {
    const { json } = await call(compute, { path: '/instances', headers: key });
    const got = await call(compute, { path: `/instances/${json.data[0].id}`, headers: key });
    expect([got.statusCode, got.requests, got.json.data]).toEqual([200, 1, json.data[0]]);
  });

  it('refuse a repeated login beyond the limit of its address, in one request', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      const login = await call(identity, { method: 'POST', path: '/auth/login', body: user });
      statuses.push(login.statusCode as number);
      if (login.statusCode === 429)
        expect([login.requests, login.headers['X-RateLimit-Remaining']]).toEqual([1, '0']);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});
