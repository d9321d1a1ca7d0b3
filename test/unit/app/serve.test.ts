import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiHandler } from '../../../lib/platform/http/serve.ts';
import { startTables, type TestTables } from '../../support/tables.ts';
import { contextOf } from '../platform/http/harness.ts';

let store: TestTables;
let handler: ApiHandler;
const lines: string[] = [];

beforeAll(async () => {
  store = await startTables();
  const environment = {
    STAGE: 'test',
    TABLE_NAME: store.names.record,
    EPHEMERAL_TABLE_NAME: store.names.ephemeral,
    ORIGIN_SECRET: '',
    ALLOWED_ORIGINS: '["*"]',
    RATE_LIMIT: '{"requestsPerSecond":100,"burst":200}',
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  ({ handler } = await import('../../../functions/api/insight.ts'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await store.stop();
});

const sample = (name: string): APIGatewayProxyEventV2 =>
  JSON.parse(readFileSync(new URL(`../../../events/${name}.json`, import.meta.url), 'utf8'));

describe('the insight function, composed from its environment', () => {
  it('tells its health from the real table, and logs what that took', async () => {
    const answer = await handler(sample('api-insight-health'), contextOf());
    expect(JSON.parse(answer.body as string)).toMatchObject({
      status: 'UP',
      checks: { database: 'CONNECTED' },
    });
    const line = JSON.parse(lines.at(-1) as string);
    expect(line).toMatchObject({
      service: 'api-insight',
      route: '/health',
      status: 200,
      cold_start: true,
      dynamodb_requests: 8,
    });
  });

  it('answers an unknown path of the whole API', async () => {
    const answer = await handler(sample('api-insight-not-found'), contextOf());
    expect(answer.statusCode).toBe(404);
    expect(JSON.parse(answer.body as string).error).toEqual({
      type: 'NOT_FOUND',
      message: 'there is no such route',
      code: 'NOT_FOUND',
    });
    expect(JSON.parse(lines.at(-1) as string).cold_start).toBe(false);
  });

  it('has the committed document', async () => {
    const event = { ...sample('api-insight-health'), rawPath: '/openapi.json' };
    event.requestContext.http.path = '/openapi.json';
    delete event.headers['accept-encoding'];
    const answer = await handler(event, contextOf());
    const committed = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(answer.body as string)).toEqual(JSON.parse(committed));
  });

  it('answers a pre-flight request of the whole API', async () => {
    const answer = await handler(sample('api-insight-options'), contextOf());
    expect(answer.statusCode).toBe(204);
    expect(answer.headers['Access-Control-Allow-Headers']).toContain('Idempotency-Key');
  });
});

describe('a function whose environment is not complete', () => {
  it('says at its start what is missing, and fails each request until it is there', async () => {
    const { serve } = await import('../../../lib/app/serve.ts');
    const logged: string[] = [];
    const error = vi
      .spyOn(process.stdout, 'write')
      .mockImplementation((line) => logged.push(String(line)) > 0);
    vi.stubEnv('RATE_LIMIT', undefined);
    const late = serve('api-late', [], () => ({ services: null }));
    expect(logged.join()).toContain('RATE_LIMIT');
    await expect(async () => late(sample('api-insight-health'), contextOf())).rejects.toThrow('RATE_LIMIT');
    vi.stubEnv('RATE_LIMIT', '{"requestsPerSecond":1,"burst":1}');
    expect((await late(sample('api-insight-health'), contextOf())).statusCode).toBe(404);
    error.mockRestore();
  });
});
