import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createSesMailer } from '../../../../lib/services/mail/backend.ses.ts';

const client = new SESv2Client({ region: 'us-east-1' });
const mail = { to: 'user@example.com', subject: 'Grüße', text: 'Hello' };
const send = () => createSesMailer(client, 'cloud@example.com').send(mail, AbortSignal.timeout(5_000));

describe('the SES mailer', () => {
  it('sends plain text in UTF-8', async () => {
    const mock = mockClient(client);
    mock.on(SendEmailCommand).resolves({ MessageId: '1' });
    await send();
    expect(mock.commandCalls(SendEmailCommand)[0]?.args[0].input).toEqual({
      FromEmailAddress: 'cloud@example.com',
      Destination: { ToAddresses: ['user@example.com'] },
      Content: {
        Simple: {
          Subject: { Data: 'Grüße', Charset: 'UTF-8' },
          Body: { Text: { Data: 'Hello', Charset: 'UTF-8' } },
        },
      },
    });
  });

  it.each([
    ['MessageRejected', 'INVALID_INPUT'],
    ['BadRequestException', 'INVALID_INPUT'],
    ['TooManyRequestsException', 'UNAVAILABLE'],
    ['SendingPausedException', 'UNAVAILABLE'],
    ['MailFromDomainNotVerifiedException', 'UNAVAILABLE'],
  ])('translates %s to %s', async (name, type) => {
    mockClient(client)
      .on(SendEmailCommand)
      .rejects(Object.assign(new Error('refused'), { name }));
    await expect(send()).rejects.toMatchObject({ type, internal: `SES: ${name}` });
  });
});
