import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';
import { notSendable, QueueAttributes, sendable } from './attributes.ts';
import { bounds } from './schema.ts';

/** A message, as the contract shows it, and what a FIFO queue's has beyond. */
export const Message = z.object({
  id: z.string(),
  queue_id: z.string(),
  body: z.string(),
  /** A received one's: with it the message is deleted, until `visible_at`. */
  receipt_handle: z.optional(z.string()),
  /** When it can be received, or received again. */
  visible_at: z.string(),
  received_count: z.int(),
  message_group_id: z.optional(z.string()),
  deduplication_id: z.optional(z.string()),
  /** Grows within a message group. */
  sequence_number: z.optional(z.string()),
  attributes: z.optional(QueueAttributes),
  created_at: z.string(),
});
export type Message = z.infer<typeof Message>;

/** 1 to 128 letters, digits and punctuation marks of ASCII. */
const FifoId = z
  .string()
  .check(
    z.minLength(1),
    z.maxLength(128),
    z.regex(/^[\x21-\x7e]+$/, 'must be letters, digits and punctuation marks of ASCII'),
  );

export const SendMessage = z.object({
  body: z.string().check(z.minLength(1), z.regex(sendable, notSendable)),
  delay_seconds: z.optional(z.int().check(z.gte(bounds.delaySeconds.least), z.lte(bounds.delaySeconds.most))),
  message_group_id: z.optional(FifoId),
  deduplication_id: z.optional(FifoId),
  attributes: z.optional(QueueAttributes),
});
export type SendMessage = z.infer<typeof SendMessage>;

export const ChangeVisibility = z.object({
  visibility_timeout: z
    .int()
    .check(z.gte(bounds.messageVisibilitySeconds.least), z.lte(bounds.messageVisibilitySeconds.most)),
});
export type ChangeVisibility = z.infer<typeof ChangeVisibility>;

/** Until when a received message is hidden now. */
export const MessageVisibility = z.object({
  queue_id: z.string(),
  /** In place of the one that was given, which ends when it would have; absent where the message is visible again. */
  receipt_handle: z.optional(z.string()),
  visible_at: z.string(),
});
export type MessageVisibility = z.infer<typeof MessageVisibility>;

const batchOf = <T extends z.ZodMiniType>(entry: T) =>
  z.array(entry).check(z.minLength(bounds.batch.least), z.maxLength(bounds.batch.most));

export const SendMessages = z.object({ messages: batchOf(SendMessage) });
export type SendMessages = z.infer<typeof SendMessages>;

export const DeleteMessages = z.object({ receipt_handles: batchOf(z.string().check(z.maxLength(2_048))) });
export type DeleteMessages = z.infer<typeof DeleteMessages>;

/** One entry of a batch that did not go through; `index` is its place in the request. */
const Failed = z.object({ index: z.int(), type: z.string(), message: z.string() });

export const SentMessages = z.object({
  sent: z.array(z.extend(Message, { index: z.int() })),
  failed: z.array(Failed),
});
export type SentMessages = z.infer<typeof SentMessages>;

export const DeletedMessages = z.object({ deleted: z.array(z.int()), failed: z.array(Failed) });
export type DeletedMessages = z.infer<typeof DeletedMessages>;

/** Contract 2.11: what is no number is 1, and all is brought into 1 to 10. */
const MaxMessages = z.pipe(
  z.optional(z.string()),
  z.transform((text) => {
    const wanted = text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : 1;
    return Math.min(bounds.batch.most, Math.max(1, wanted));
  }),
);

const WaitSeconds = z.optional(
  z.pipe(
    z.pipe(
      z.string().check(z.regex(/^\d{1,2}$/, 'must be a whole number of seconds from 0 to 20')),
      z.transform(Number),
    ),
    z.int().check(z.lte(bounds.waitSeconds.most)),
  ),
);

export const ReceiveQuery = z.object({ max_messages: MaxMessages, wait_seconds: WaitSeconds });
export type ReceiveQuery = z.infer<typeof ReceiveQuery>;

export const MessageParams = z.object({ id: IdParam, handle: z.string().check(z.minLength(1)) });
