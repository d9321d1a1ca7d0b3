import { readFileSync } from 'node:fs';
import type { Context, SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { MailEvent } from '../../../../lib/services/mail/schema.ts';
import { startTables, type TestTables } from '../../../support/tables.ts';

const event: SQSEvent = JSON.parse(
  readFileSync(new URL('../../../../events/worker-mail.json', import.meta.url), 'utf8'),
);
const context = { awsRequestId: 'one', getRemainingTimeInMillis: () => 20_000 } as Context;

let database: TestTables;
beforeAll(async () => {
  database = await startTables();
  vi.stubEnv('TABLE_NAME', database.names.record);
  vi.stubEnv('EPHEMERAL_TABLE_NAME', database.names.ephemeral);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', database.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('MAIL_FROM', '');
  vi.stubEnv('PUBLIC_URL', '');
  vi.stubEnv('LOG_LEVEL', 'SILENT');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.stop();
});

const requestId = MailEvent.parse(JSON.parse(event.Records[0]?.body ?? '')).detail.resource_id;
const request = { pk: 'T#PLATFORM#MAIL', sk: requestId };

describe('the mail function', () => {
  it('takes a bus event from its queue and forgets the request that is done', async () => {
    const { handler } = await import('../../../../functions/workers/mail.ts');
    await database.tables.write({
      put: { ...request, template: 'password_reset', email: 'nobody@example.com' },
    });
    expect(await handler(structuredClone(event), context)).toEqual({ batchItemFailures: [] });
    expect(await database.tables.get(request)).toBeUndefined();
    expect(await handler(structuredClone(event), context)).toEqual({ batchItemFailures: [] });
  });

  it('gives back what it cannot do, and only that', async () => {
    const { handler } = await import('../../../../functions/workers/mail.ts');
    await database.tables.write({ put: { ...request, template: 'unknown', email: 'nobody@example.com' } });
    const two = structuredClone(event);
    const [first] = two.Records;
    if (first) two.Records.push({ ...first, messageId: 'unreadable', body: '{}' });
    if (first)
      two.Records.push({
        ...first,
        messageId: 'done',
        body: first.body.replaceAll(requestId, crypto.randomUUID()),
      });
    const { batchItemFailures } = await handler(two, context);
    expect(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
      first?.messageId,
      'unreadable',
    ]);
  });
});
