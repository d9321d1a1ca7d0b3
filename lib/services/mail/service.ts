import { platformTenant } from '../../platform/auth/records.ts';
import { CloudError } from '../../platform/errors/index.ts';
import { type NewId, timeOf } from '../../platform/ids.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Key, Tables, Write } from '../../platform/table/types.ts';
import type { Mailer } from './backend.ts';
import { type Mail, MailRequest } from './schema.ts';

const keyOf = (id: string): Key => ({ pk: `T#${platformTenant}#MAIL`, sk: id });

/** The write that makes the platform owe a mail. The address stays in the item: events, and so logs, don't carry it. */
export const requestMail = (request: MailRequest, requestId: string, newId: NewId): Write => {
  const id = newId();
  const at = new Date(timeOf(id)).toISOString();
  const { template } = request;
  const event: LifecycleEvent = {
    id,
    action_id: id,
    action: template,
    phase: 'requested',
    at,
    request_id: requestId,
  };
  return {
    put: {
      ...keyOf(id),
      ...request,
      user_id: platformTenant,
      name: template,
      status: 'REQUESTED',
      version: 1,
      created_at: at,
      updated_at: at,
      event,
    },
  };
};

/**
 * Writes the mails of one template, and does what belongs to them. It may run more than once for one request.
 * @returns the reason where nothing is to be sent
 */
export type Letter = (email: string, signal: AbortSignal) => Promise<Mail | { unsent: string }>;

export interface MailParts {
  tables: Tables;
  mailer: Mailer;
  letters: Readonly<Record<string, Letter>>;
}

/**
 * Sends what was requested, then forgets the request: at least once, so that a crash between the two sends a second mail
 * rather than none.
 */
export const createMailWorker = ({ tables, mailer, letters }: MailParts) => {
  const send = async (mail: Mail, signal: AbortSignal): Promise<string> => {
    try {
      await mailer.send(mail, signal);
      return 'sent';
    } catch (error) {
      if (error instanceof CloudError && error.type === 'INVALID_INPUT') return `refused: ${error.internal}`;
      throw error;
    }
  };

  /** @returns what became of the request, for the log. @throws CloudError that the queue should repeat */
  return async (requestId: string, signal: AbortSignal): Promise<string> => {
    const key = keyOf(requestId);
    const item = await tables.get(key, { consistent: true, signal });
    if (!item) return 'done before';
    const { template, email } = MailRequest.parse(item);
    const write = letters[template];
    if (!write) throw new Error(`there is no letter ${template}`);
    const letter = await write(email, signal);
    const outcome = 'unsent' in letter ? letter.unsent : await send(letter, signal);
    await tables.write({ delete: key }, { signal });
    return outcome;
  };
};
