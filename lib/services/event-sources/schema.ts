import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';

/** Messages of one invocation at most; SQS gives ten at once. */
export const maxBatchSize = 10;

/**
 * `PAUSED` once no more is taken from the queue, `ERROR` where it never will be: its queue is gone.
 * A source that only waits, for its function say, is `ACTIVE` and has a `status_reason`.
 */
export const EventSourceStatus = z.enum(['ACTIVE', 'PAUSED', 'ERROR']);
export type EventSourceStatus = z.infer<typeof EventSourceStatus>;

/** A queue whose messages a function is run for, both of one tenant. */
export const EventSource = z.object({
  id: z.string(),
  user_id: z.string(),
  function_id: z.string(),
  queue_id: z.string(),
  /** Messages of one invocation at most. */
  batch_size: z.int(),
  enabled: z.boolean(),
  /** Whether the function's result says which messages failed, as `batchItemFailures`. */
  report_batch_item_failures: z.boolean(),
  status: EventSourceStatus,
  status_reason: z.optional(z.string()),
  /** When messages were last taken from the queue. */
  last_batch_at: z.optional(z.string()),
  created_at: z.string(),
  updated_at: z.string(),
});
export type EventSource = z.infer<typeof EventSource>;

const BatchSize = z.int().check(z.gte(1), z.lte(maxBatchSize));

export const CreateEventSource = z.object({
  queue_id: IdParam,
  batch_size: z._default(BatchSize, maxBatchSize),
  enabled: z._default(z.boolean(), true),
  report_batch_item_failures: z._default(z.boolean(), false),
});
export type CreateEventSource = z.infer<typeof CreateEventSource>;

/** What may change; anything else is refused by name. */
export const UpdateEventSource = z
  .strictObject({
    batch_size: z.optional(BatchSize),
    enabled: z.optional(z.boolean()),
    report_batch_item_failures: z.optional(z.boolean()),
  })
  .check(
    z.refine(
      (update) => Object.values(update).some((value) => value !== undefined),
      'batch_size, enabled or report_batch_item_failures must be given',
    ),
  );
export type UpdateEventSource = z.infer<typeof UpdateEventSource>;

export const EventSourceParams = z.object({ id: IdParam, sourceId: IdParam });
