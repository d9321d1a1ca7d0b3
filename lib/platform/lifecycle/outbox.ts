import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import type { Clock } from '../clock.ts';
import { decide } from './decide.ts';
import type { Log } from './log.ts';
import {
  type LifecycleBus,
  type OutgoingMessage,
  type QueuesByKind,
  queueOf,
  type ReconcileQueue,
} from './ports.ts';
import { parseStreamRecord } from './stream-record.ts';
import type { LifecycleDetail } from './types.ts';

export interface OutboxOptions {
  queues: QueuesByKind;
  bus: LifecycleBus;
  clock: Clock;
  /** Told of each record that could not be sent, and of what came of the batch. */
  log: Pick<Log, 'info' | 'error'>;
}

interface Outgoing {
  messages: Map<ReconcileQueue, { record: number; outgoing: OutgoingMessage }[]>;
  events: { record: number; detail: LifecycleDetail }[];
}

/**
 * The one that sends (architecture 2): turns the records of the table's stream into messages and events. What could
 * not be sent is given back to Lambda from the first such record on, which keeps the order; what was sent already
 * goes out again with the same ids.
 */
export const createOutbox = ({ queues, bus, clock, log }: OutboxOptions) => {
  /** Decides up to the first record that can't be read. */
  const collect = (records: readonly DynamoDBRecord[], failures: Map<number, Error>): Outgoing => {
    const all: Outgoing = { messages: new Map(), events: [] };
    for (const [record, streamed] of records.entries()) {
      try {
        const { messages, events } = decide(parseStreamRecord(streamed), clock.now());
        for (const outgoing of messages) {
          const queue = queueOf(queues, outgoing.message.kind);
          all.messages.set(queue, [...(all.messages.get(queue) ?? []), { record, outgoing }]);
        }
        all.events.push(...events.map((detail) => ({ record, detail })));
      } catch (error) {
        failures.set(record, error as Error);
        return all;
      }
    }
    return all;
  };

  return async (records: readonly DynamoDBRecord[], signal?: AbortSignal): Promise<DynamoDBBatchResponse> => {
    const failures = new Map<number, Error>();
    const { messages, events } = collect(records, failures);
    const note = (entries: readonly { record: number }[], unsent: ReadonlyMap<number, Error>) => {
      for (const [index, error] of unsent) {
        const entry = entries[index];
        if (entry) failures.set(entry.record, error);
      }
    };
    await Promise.all([
      ...[...messages].map(async ([queue, entries]) =>
        note(
          entries,
          await queue.send(
            entries.map(({ outgoing }) => outgoing),
            signal,
          ),
        ),
      ),
      bus
        .publish(
          events.map(({ detail }) => detail),
          signal,
        )
        .then((unsent) => note(events, unsent)),
    ]);
    const sent = [...messages.values()].reduce((sum, entries) => sum + entries.length, 0);
    log.info('outbox', {
      records: records.length,
      messages: sent,
      events: events.length,
      failed: failures.size,
    });
    if (failures.size === 0) return { batchItemFailures: [] };
    const first = Math.min(...failures.keys());
    const itemIdentifier = records[first]?.dynamodb?.SequenceNumber ?? '';
    log.error('outbox could not send a record', {
      sequence_number: itemIdentifier,
      error: failures.get(first),
    });
    return { batchItemFailures: [{ itemIdentifier }] };
  };
};
