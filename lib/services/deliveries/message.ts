import * as z from 'zod/mini';

/** One message on its way to one subscription, as it lies in the queue `deliver`. */
export const DeliverMessage = z.object({
  tenant: z.string(),
  subscription: z.string(),
  delivery: z.string(),
  /** The published message. */
  message: z.string(),
  published_at: z.string(),
  /** Which attempt it asks for, from 1. */
  attempt: z.int(),
  /** Unlike that of any other message: tells a repeat of this one from another that asks for the same attempt. */
  token: z.string(),
  /** When this row of attempts began, RFC 3339: it goes on for a day. */
  since: z.string(),
  /** Not to be tried earlier, RFC 3339: SQS delays by 15 minutes at most. */
  not_before: z.optional(z.string()),
  /** Base64 of the text's UTF-8. */
  body: z.string(),
  /** The message's attributes, as `attributesHeader` writes them. */
  attributes: z.optional(z.string()),
});
export type DeliverMessage = z.infer<typeof DeliverMessage>;
