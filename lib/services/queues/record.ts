import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Queue, QueueStatus } from './schema.ts';

/** The stored form. The lifecycle engine's own fields are described at `Reconciled`. */
export const QueueRecord = z.object({
  ...reconciledFields,
  status: QueueStatus,
  visibility_timeout: z.int(),
  retention_days: z.int(),
  max_message_size: z.int(),
  delay_seconds: z.int(),
  fifo: z.optional(z.boolean()),
  content_based_deduplication: z.optional(z.boolean()),
  dead_letter_queue_id: z.optional(z.string()),
  max_receive_count: z.optional(z.int()),
  /** 32 random bytes in base64: its receipt handles are signed with it. It goes with the queue, and its handles with it. */
  receipt_key: z.string(),
  /** The attributes that SQS was last given, as `writtenAttributes` has them; absent until the queue was made. */
  applied: z.optional(z.string()),
  /** When it was last purged, RFC 3339. */
  purged_at: z.optional(z.string()),
  /** Dead letters that come back: how many may still be moved. Absent where none do. */
  redrive_left: z.optional(z.int()),
  /** Until when letters are waited for that somebody has received, RFC 3339. */
  redrive_by: z.optional(z.string()),
});
export type QueueRecord = z.infer<typeof QueueRecord> & Reconciled;

export const queueKind: ResourceKind<QueueRecord> = {
  kind: 'QUEUE',
  label: 'queue',
  schema: QueueRecord as unknown as ResourceKind<QueueRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

export const queueUsage = { queues: 1 } as const;

/** The contract's view of a record. */
export const queueOf = (record: QueueRecord): Queue => ({
  ...record,
  fifo: record.fifo ?? false,
  arn: `arn:thecloud:queue:local:${record.user_id}:queue/${record.id}`,
});
