import * as z from 'zod/mini';

/** A mail, as plain text. */
export interface Mail {
  to: string;
  subject: string;
  text: string;
}

/**
 * A mail that the platform owes somebody. It lies in the table of record until it was sent, and its event brings it to the
 * mail worker by way of stream and bus. Whether the address belongs to a user is found out by the worker, not in the request.
 */
export const MailRequest = z.object({
  /** Says what is to be written; who writes it is given to the worker. */
  template: z.string(),
  email: z.string(),
});
export type MailRequest = z.infer<typeof MailRequest>;

/** What the mail worker reads of the bus event: a `LifecycleDetail` of kind `MAIL`. */
export const MailEvent = z.object({ detail: z.object({ kind: z.literal('MAIL'), resource_id: z.guid() }) });
export type MailEvent = z.infer<typeof MailEvent>;
