import { randomUUID } from 'node:crypto';
import type { EmailContent, SendEmailCommandInput, SendEmailCommandOutput } from '@aws-sdk/client-sesv2';
import type { Clock } from '../../../lib/platform/clock.ts';
import { type Action, AwsError, type Caller } from '../stand-in.ts';
import { addressOf, isAddress } from './address.ts';
import type { Mail, Mailbox } from './mailbox.ts';

type Output = Omit<SendEmailCommandOutput, '$metadata'>;

/** https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const maxRecipients = 50;
const maxBytes = 40 * 1024 * 1024;

const badRequest = (message: string): AwsError => new AwsError('BadRequestException', message);

const subjectOf = (raw: string): string => raw.match(/^subject:\s*(.*)$/im)?.[1]?.trim() ?? '';

const contentOf = ({ Simple, Raw, Template }: EmailContent): { subject: string; text: string } => {
  if ([Simple, Raw, Template].filter(Boolean).length !== 1)
    throw badRequest('Exactly one of Simple, Raw and Template must be given.');
  if (Raw) {
    const text = Buffer.from(Raw.Data ?? new Uint8Array()).toString();
    return { subject: subjectOf(text), text };
  }
  if (!Simple) throw new AwsError('NotFoundException', 'The local engine keeps no mail templates.', 404);
  const { Text, Html } = Simple.Body ?? {};
  if (Simple.Subject?.Data === undefined) throw badRequest('Missing required field: Subject.Data.');
  if (/[\r\n]/.test(Simple.Subject.Data)) throw badRequest('Subject must not contain line breaks.');
  const text = Text?.Data ?? Html?.Data;
  if (text === undefined) throw badRequest('Missing required field: Body.');
  return { subject: Simple.Subject.Data, text };
};

const checkSender = (from: string, identities: readonly string[] | undefined, { region }: Caller): void => {
  if (!isAddress(from)) throw badRequest(`Missing or invalid sender address: ${from}`);
  const address = addressOf(from);
  const domain = address.slice(address.lastIndexOf('@') + 1);
  if (identities && !identities.includes(address) && !identities.includes(domain))
    throw new AwsError(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check in region ${region.toUpperCase()}: ${from}`,
    );
};

/**
 * @param identities addresses and domains that may send; without a list, any may
 * @param delivered told of each mail once it is in the mailbox
 */
export const sendEmail =
  (
    clock: Clock,
    mailbox: Mailbox,
    identities: readonly string[] | undefined,
    delivered: (mail: Mail) => void,
  ): Action<SendEmailCommandInput, Output> =>
  ({ FromEmailAddress = '', Destination, Content }, caller) => {
    const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = Destination ?? {};
    const to = [...ToAddresses, ...CcAddresses, ...BccAddresses];
    checkSender(FromEmailAddress, identities, caller);
    if (to.length === 0) throw badRequest('Destination is required: no recipients were given.');
    if (to.length > maxRecipients) throw badRequest(`Recipient count exceeds ${maxRecipients}.`);
    const wrong = to.find((one) => !isAddress(one));
    if (wrong !== undefined) throw badRequest(`Invalid recipient address: ${wrong}`);
    if (!Content) throw badRequest('Missing required field: Content.');
    const { subject, text } = contentOf(Content);
    if (Buffer.byteLength(text) > maxBytes) throw badRequest(`Message length exceeds ${maxBytes} bytes.`);
    const id = `0100${randomUUID().replaceAll('-', '').slice(0, 12)}-${randomUUID()}-000000`;
    const mail = {
      id,
      account: caller.account,
      from: FromEmailAddress,
      to,
      subject,
      text,
      sentAt: clock.now(),
    };
    mailbox.add(mail);
    delivered(mail);
    return { MessageId: id };
  };
