import * as z from 'zod/mini';
import { MessageAttributes } from './schema.ts';

/**
 * A published message on its way to the subscriptions, as it lies in the queue `fan-out`. SQS takes no text with
 * characters such as U+FFFE, and JSON may blow a text up sixfold; base64 always fits.
 */
export const FanOutMessage = z.object({
  tenant: z.string(),
  topic: z.string(),
  message: z.string(),
  /** RFC 3339. */
  published_at: z.string(),
  /** Base64 of the text's UTF-8. */
  body: z.string(),
  attributes: z.optional(MessageAttributes),
});
export type FanOutMessage = z.infer<typeof FanOutMessage>;

export const packBody = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
export const unpackBody = (body: string): string => Buffer.from(body, 'base64').toString('utf8');
