import { type SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { CloudError } from '../../platform/errors/index.ts';
import type { Mailer } from './backend.ts';

/** Errors of SES that the same mail will meet again: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
const final = new Set(['MessageRejected', 'BadRequestException']);

const translated = (error: unknown): CloudError => {
  const name = error instanceof Error ? error.name : '';
  if (final.has(name))
    return new CloudError('INVALID_INPUT', 'the mail was refused', {
      internal: `SES: ${name}`,
      cause: error,
    });
  return new CloudError('UNAVAILABLE', 'mail cannot be sent at the moment', {
    internal: `SES: ${name}`,
    cause: error,
  });
};

const utf8 = (text: string) => ({ Data: text, Charset: 'UTF-8' });

/** The mailer on Amazon SES (API v2). `from` must be an address or domain that SES has verified. */
export const createSesMailer = (client: SESv2Client, from: string): Mailer => ({
  async send({ to, subject, text }, signal) {
    const command = new SendEmailCommand({
      FromEmailAddress: from,
      Destination: { ToAddresses: [to] },
      Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8(text) } } },
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (error) {
      throw translated(error);
    }
  },
});
