import type { StandIn, StandInContext } from '../stand-in.ts';
import { getAccount } from './get-account.ts';
import { letter } from './letter.ts';
import { type Mail, Mailbox } from './mailbox.ts';
import { sendEmail } from './send-email.ts';

export type { Mail } from './mailbox.ts';

export interface SesControls {
  /** All mail sent, newest last. */
  mailbox(): Mail[];
  clear(): void;
}

export interface SesOptions {
  /** Verified addresses and domains; without a list, everyone may send. */
  identities?: readonly string[];
  /** Given each mail as a box of text lines. */
  print?(letter: string): void;
}

/** SES (API version 2), which keeps all mail in a mailbox and shows it. */
export const createSes = (
  { timers, database }: Pick<StandInContext, 'timers' | 'database'>,
  { identities, print }: SesOptions = {},
): StandIn & { controls: SesControls } => {
  const mailbox = new Mailbox(database);
  return {
    client: 'SESv2Client',
    actions: {
      SendEmailCommand: sendEmail(timers, mailbox, identities, (mail) => print?.(letter(mail))),
      GetAccountCommand: getAccount,
    },
    controls: { mailbox: () => mailbox.list(), clear: () => mailbox.clear() },
  };
};
