import type { QueueRef, QueueSettings } from './backend.ts';
import type { QueueRecord } from './record.ts';

const secondsPerDay = 86_400;

export const refOf = ({ id, tenant, fifo }: QueueRecord): QueueRef => ({ id, tenant, fifo: fifo ?? false });

/**
 * What the queue should be like.
 * @param deadLetters the record of its dead-letter queue; without it, as while there is none
 */
export const settingsOf = (record: QueueRecord, deadLetters?: QueueRecord): QueueSettings => ({
  visibilityTimeoutSeconds: record.visibility_timeout,
  retentionSeconds: record.retention_days * secondsPerDay,
  maxMessageBytes: record.max_message_size,
  delaySeconds: record.delay_seconds,
  ...(record.fifo && { contentBasedDeduplication: record.content_based_deduplication ?? false }),
  ...(deadLetters &&
    record.max_receive_count !== undefined && {
      deadLetters: { queue: refOf(deadLetters), maxReceiveCount: record.max_receive_count },
    }),
});

/** Settings as the record keeps those that the queue was last given. */
export const written = (settings: QueueSettings): string => JSON.stringify(settings);
