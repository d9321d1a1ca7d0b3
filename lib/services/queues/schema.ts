import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';

/** Contract section 4; `DELETING` is never shown, `ERROR` says that the queue could not be made. */
export const QueueStatus = z.enum(['ACTIVE', 'DELETING', 'ERROR']);
export type QueueStatus = z.infer<typeof QueueStatus>;

/**
 * Bounds of SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html,
 * of `max_receive_count`: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export const bounds = {
  visibilityTimeoutSeconds: { least: 1, most: 43_200 },
  /** Of one received message, from the receive on: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ChangeMessageVisibility.html */
  messageVisibilitySeconds: { least: 0, most: 43_200 },
  retentionDays: { least: 1, most: 14 },
  messageBytes: { least: 1_024, most: 1_048_576 },
  delaySeconds: { least: 0, most: 900 },
  maxReceiveCount: { least: 1, most: 1_000 },
  waitSeconds: { least: 0, most: 20 },
  batch: { least: 1, most: 10 },
} as const;

/** What a queue has where its owner said nothing (contract 2.11). */
export const defaults = {
  visibility_timeout: 30,
  retention_days: 4,
  max_message_size: 262_144,
  delay_seconds: 0,
} as const;

/** A queue of one tenant, as the contract shows it, and what it has beyond. */
export const Queue = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  arn: z.string(),
  /** Seconds that a received message is hidden. */
  visibility_timeout: z.int(),
  retention_days: z.int(),
  /** Bytes of UTF-8. */
  max_message_size: z.int(),
  /** Seconds that every message waits before it can be received. */
  delay_seconds: z.int(),
  /** First in, first out within each message group, and each message once. */
  fifo: z.boolean(),
  /** A FIFO queue's: messages of the same text within five minutes are one. */
  content_based_deduplication: z.optional(z.boolean()),
  /** Where messages go that were received `max_receive_count` times in vain. */
  dead_letter_queue_id: z.optional(z.string()),
  max_receive_count: z.optional(z.int()),
  status: QueueStatus,
  status_reason: z.optional(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Queue = z.infer<typeof Queue>;

/** A queue with SQS' own counts, which are near the truth and a minute late at most. */
export const CountedQueue = z.extend(Queue, {
  approximate_messages: z.int(),
  approximate_messages_in_flight: z.int(),
  approximate_messages_delayed: z.int(),
});
export type CountedQueue = z.infer<typeof CountedQueue>;

const integer = ({ least, most }: { least: number; most: number }) =>
  z.int().check(z.gte(least), z.lte(most));

/** 0, null and absent are the default: the contract's clients send 0 for what was not given. */
const orDefault = (range: { least: number; most: number }, value: number) =>
  z._default(
    z.pipe(
      z.nullish(
        z.pipe(
          z.transform((given) => (given === 0 || given === null ? undefined : given)),
          z.optional(integer(range)),
        ),
      ),
      z.transform((given) => given ?? value),
    ),
    value,
  );

const both = 'dead_letter_queue_id and max_receive_count go together';

export const CreateQueue = z
  .object({
    name: ResourceName,
    visibility_timeout: orDefault(bounds.visibilityTimeoutSeconds, defaults.visibility_timeout),
    retention_days: orDefault(bounds.retentionDays, defaults.retention_days),
    max_message_size: orDefault(bounds.messageBytes, defaults.max_message_size),
    delay_seconds: orDefault(bounds.delaySeconds, defaults.delay_seconds),
    fifo: z._default(z.boolean(), false),
    content_based_deduplication: z.optional(z.boolean()),
    dead_letter_queue_id: z.optional(IdParam),
    max_receive_count: z.optional(integer(bounds.maxReceiveCount)),
  })
  .check(
    z.refine(
      (queue) => (queue.dead_letter_queue_id === undefined) === (queue.max_receive_count === undefined),
      { error: both, path: ['max_receive_count'] },
    ),
    z.refine((queue) => queue.fifo || queue.content_based_deduplication === undefined, {
      error: 'is for FIFO queues',
      path: ['content_based_deduplication'],
    }),
  );
export type CreateQueue = z.infer<typeof CreateQueue>;

/** What may change; anything else is refused by name. */
export const UpdateQueue = z
  .strictObject({
    name: z.optional(ResourceName),
    visibility_timeout: z.optional(integer(bounds.visibilityTimeoutSeconds)),
    retention_days: z.optional(integer(bounds.retentionDays)),
    max_message_size: z.optional(integer(bounds.messageBytes)),
    delay_seconds: z.optional(integer(bounds.delaySeconds)),
    content_based_deduplication: z.optional(z.boolean()),
    /** null: none any more. */
    dead_letter_queue_id: z.optional(z.nullable(IdParam)),
    max_receive_count: z.optional(integer(bounds.maxReceiveCount)),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'one of name, visibility_timeout, retention_days, max_message_size, delay_seconds, content_based_deduplication, dead_letter_queue_id or max_receive_count must be given',
    ),
  );
export type UpdateQueue = z.infer<typeof UpdateQueue>;

export const QueueFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(QueueStatus)),
});
export type QueueFilters = z.infer<typeof QueueFilters>;
