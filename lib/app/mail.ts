import { SESv2Client } from '@aws-sdk/client-sesv2';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { authLetters, userKind } from '../services/auth/service.ts';
import { createSesMailer } from '../services/mail/backend.ses.ts';
import { noMailer } from '../services/mail/backend.ts';
import { MailEvent } from '../services/mail/schema.ts';
import { createMailWorker } from '../services/mail/service.ts';
import { config } from './config.ts';
import { appTables } from './tables.ts';

/** Mail requests, as the bus announces them, to mails. */
export const mailHandler = () => {
  const { MAIL_FROM, PUBLIC_URL } = config('MAIL_FROM', 'PUBLIC_URL');
  const clock = systemClock;
  const tables = appTables({ clock });
  const users = createStore(userKind, { tables, clock });
  const deliver = createMailWorker({
    tables,
    mailer: MAIL_FROM ? createSesMailer(awsClient(SESv2Client, 'SESV2'), MAIL_FROM) : noMailer,
    letters: authLetters({ tables, users, clock, publicUrl: PUBLIC_URL }),
  });
  return sqsBatch({
    schema: MailEvent,
    log: createLogger('worker-mail'),
    handle: (messages, { signal }) =>
      Promise.all(
        messages.map(async ({ detail: { resource_id } }) => {
          try {
            return { fields: { mail_request: resource_id, outcome: await deliver(resource_id, signal) } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
