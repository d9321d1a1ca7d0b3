import { invalid } from '../../platform/errors/index.ts';
import { attributeBytes } from './attributes.ts';
import type { OutgoingMessage } from './backend.ts';
import type { Message, SendMessage } from './message-schema.ts';
import type { QueueRecord } from './record.ts';

/** Where a field stands in the request: by itself, or in a batch. */
const at = (index: number | undefined, field: string): string =>
  index === undefined ? field : `messages.${index}.${field}`;

/**
 * A message as the backend takes it, checked against its queue.
 * @param index its place in a batch
 * @throws CloudError `INVALID_INPUT` naming the field
 */
export const outgoing = (queue: QueueRecord, message: SendMessage, index?: number): OutgoingMessage => {
  const { body, delay_seconds, message_group_id, deduplication_id, attributes } = message;
  const refuse = (field: string, reason: string) => invalid(at(index, field), reason);
  const bytes = Buffer.byteLength(body);
  if (bytes > queue.max_message_size)
    throw refuse('body', `has ${bytes} bytes; the queue takes ${queue.max_message_size}`);
  const together = bytes + attributeBytes(attributes);
  if (together > queue.max_message_size)
    throw refuse('attributes', `and body have ${together} bytes; the queue takes ${queue.max_message_size}`);
  if (!queue.fifo) {
    if (message_group_id !== undefined) throw refuse('message_group_id', 'is for FIFO queues');
    if (deduplication_id !== undefined) throw refuse('deduplication_id', 'is for FIFO queues');
    return { body, delaySeconds: delay_seconds, attributes };
  }
  if (message_group_id === undefined) throw refuse('message_group_id', 'is required by a FIFO queue');
  if (deduplication_id === undefined && !queue.content_based_deduplication)
    throw refuse('deduplication_id', 'is required where content_based_deduplication is off');
  if (delay_seconds)
    throw refuse('delay_seconds', 'a FIFO queue delays all its messages alike: set it on the queue');
  return { body, groupId: message_group_id, deduplicationId: deduplication_id, attributes };
};

/** A message that was sent, as the contract shows it. */
export const sentMessage = (
  queue: QueueRecord,
  { body, delay_seconds, message_group_id, deduplication_id, attributes }: SendMessage,
  sent: { id: string; sequenceNumber?: string },
  now: number,
): Message => ({
  id: sent.id,
  queue_id: queue.id,
  body,
  visible_at: new Date(now + (delay_seconds ?? queue.delay_seconds) * 1_000).toISOString(),
  received_count: 0,
  created_at: new Date(now).toISOString(),
  ...(message_group_id !== undefined && { message_group_id }),
  ...(deduplication_id !== undefined && { deduplication_id }),
  ...(attributes !== undefined && { attributes }),
  ...(sent.sequenceNumber !== undefined && { sequence_number: sent.sequenceNumber }),
});
