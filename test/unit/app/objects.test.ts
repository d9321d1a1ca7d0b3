import { readFileSync } from 'node:fs';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestHandler } from '../../../lib/platform/http/rest-api.ts';
import type { ApiHandler } from '../../../lib/platform/http/serve.ts';
import { startS3, type TestS3 } from '../../support/s3.ts';
import { startTables, type TestTables } from '../../support/tables.ts';
import { contextOf, eventOf } from '../platform/http/harness.ts';

let store: TestTables;
let s3: TestS3;
let objects: RestHandler;
let sweep: (event: unknown, context: Context) => Promise<{ sent: number; cleared: number }>;
let key: string;

const queues = [
  'EC2',
  'NETWORK',
  'STORAGE',
  'BALANCING',
  'AUTOSCALING',
  'DRIFT',
  'BATCH',
  'MESSAGING',
  'FUNCTIONS',
  'SOURCES',
  'CRON',
  'SECRETS',
];

beforeAll(async () => {
  [store, s3] = await Promise.all([startTables(), startS3('bytes')]);
  const environment = {
    STAGE: 'test',
    TABLE_NAME: store.names.record,
    EPHEMERAL_TABLE_NAME: store.names.ephemeral,
    OBJECTS_BUCKET: 'bytes',
    ORIGIN_SECRET: '',
    ALLOWED_ORIGINS: '["*"]',
    RATE_LIMIT: '{"requestsPerSecond":100,"burst":200}',
    AUTH_RATE_LIMIT: '{"perMinute":5,"burst":5}',
    TOKEN_SECRET_ARN: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:token',
    REGISTRATION: 'open',
    DEFAULT_QUOTAS: '{"objects":2,"object_bytes":100}',
    HOME_ZONE: 'us-east-1a',
    ZONES: '["us-east-1a"]',
    ...Object.fromEntries(queues.map((name) => [`RECONCILE_${name}_QUEUE_URL`, `${s3.url}/000000000000/q`])),
    AWS_ENDPOINT_URL_DYNAMODB: store.url,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SQS: s3.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const identity: ApiHandler = (await import('../../../functions/api/identity.ts')).handler;
  ({ handler: objects } = await import('../../../functions/api/objects.ts'));
  ({ handler: sweep } = await import('../../../functions/workers/sweep.ts'));
  const user = { email: 'user@example.com', password: 'password123', name: 'User' };
  await identity(eventOf({ method: 'POST', path: '/auth/register', body: user }), contextOf());
  const login = await identity(eventOf({ method: 'POST', path: '/auth/login', body: user }), contextOf());
  key = JSON.parse(login.body as string).data.api_key;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await Promise.all([store.stop(), s3.stop()]);
});

const sample: APIGatewayProxyEvent = JSON.parse(
  readFileSync(new URL('../../../events/api-objects-put.json', import.meta.url), 'utf8'),
);

/** The sample, sent by the user, for another request. */
const send = (more: Partial<APIGatewayProxyEvent> & { query?: string }) => {
  const event = structuredClone({ ...sample, ...more });
  event.multiValueHeaders = { ...sample.multiValueHeaders, 'X-API-Key': [key] };
  if (more.query) event.multiValueHeaders['x-viewer-query'] = [more.query];
  return objects(event, contextOf());
};

describe('the objects function and the sweep, composed from their environment', () => {
  it('store the sample, and give its bytes back', async () => {
    const stored = await send({});
    expect([stored.statusCode, JSON.parse(stored.body).data]).toMatchObject([
      201,
      { bucket: 'photos', key: '2026/café.png', size_bytes: 10, content_type: 'image/png' },
    ]);
    const back = await send({ httpMethod: 'GET', body: null, isBase64Encoded: false });
    expect([back.statusCode, back.isBase64Encoded, back.body]).toEqual([200, true, sample.body]);
  });

  it('hold the quotas of the environment', async () => {
    const refused = await send({ body: Buffer.alloc(91).toString('base64') });
    expect([refused.statusCode, JSON.parse(refused.body).error.message]).toEqual([
      429,
      'the quota of 100 object_bytes is reached (10 in use)',
    ]);
  });

  it('clear away what was deleted for good', async () => {
    const gone = await send({ httpMethod: 'DELETE', query: 'permanent=true', body: null });
    expect(gone.statusCode).toBe(204);
    expect((await sweep({}, contextOf())).cleared).toBe(1);
    expect((await sweep({}, contextOf())).cleared).toBe(1);
    expect(s3.store.listObjects('bytes').objects).toEqual([]);
  });
});
