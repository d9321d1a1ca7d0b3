import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type EventSource, EventSourceStatus } from './schema.ts';

/** The stored form. Its `name`, unique within the function, is the queue's id. When it is looked at next is `next_attempt_at`. */
export const EventSourceRecord = z.object({
  ...reconciledFields,
  status: EventSourceStatus,
  function_id: z.string(),
  queue_id: z.string(),
  batch_size: z.int(),
  enabled: z.boolean(),
  report_batch_item_failures: z.boolean(),
  last_batch_at: z.optional(z.string()),
});
export type EventSourceRecord = z.infer<typeof EventSourceRecord> & Reconciled;

export const eventSourceKind: ResourceKind<EventSourceRecord> = {
  kind: 'EVENT_SOURCE',
  label: 'event source',
  schema: EventSourceRecord as unknown as ResourceKind<EventSourceRecord>['schema'],
  names: 'unique',
  nameScope: ({ function_id }) => function_id,
  reconciled: true,
};

export const eventSourceUsage = { event_sources: 1 } as const;

export const eventSourceOf = (record: EventSourceRecord): EventSource => record;
