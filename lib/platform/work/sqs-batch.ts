import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Log } from '../lifecycle/log.ts';

/** Time kept to answer Lambda after the work was told to stop. */
const answerMilliseconds = 1_000;
/** Time kept to write down how far the work came. */
const settleMilliseconds = 2_000;

export interface BatchTime {
  /** Aborts before Lambda ends the function. */
  signal: AbortSignal;
  /** Milliseconds since the epoch after which nothing new should be begun. */
  deadline: number;
}

export interface SqsBatchOptions<T> {
  /** Of a message's body, as JSON. */
  schema: z.ZodMiniType<T>;
  /**
   * Handles the messages that could be read; gives for each, in order, the fields of its log line or the error that
   * sends it back to the queue.
   * @param receives how often the queue has handed each of them out, this time included
   */
  handle(
    messages: readonly T[],
    time: BatchTime,
    receives: readonly number[],
  ): Promise<readonly ({ fields: object } | { error: unknown })[]>;
  log: Pick<Log, 'info' | 'error'>;
}

/** The time that Lambda leaves to a batch. */
export const batchTime = (context: Pick<Context, 'getRemainingTimeInMillis'>): BatchTime => {
  const left = Math.max(0, context.getRemainingTimeInMillis() - answerMilliseconds);
  return { signal: AbortSignal.timeout(left), deadline: Date.now() + left - settleMilliseconds };
};

/**
 * The one wrapper of a queue's worker: each message is parsed by the schema and gets one log line, and only those that
 * failed go back to the queue. A message that can't be read fails at each try and ends in the dead-letter queue.
 */
export const sqsBatch =
  <T>({ schema, handle, log }: SqsBatchOptions<T>) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const outcomes = new Map<string, { fields: object } | { error: unknown }>();
    const readable: { record: SQSRecord; message: T }[] = [];
    for (const record of event.Records) {
      try {
        readable.push({ record, message: schema.parse(JSON.parse(record.body)) });
      } catch (error) {
        outcomes.set(record.messageId, { error });
      }
    }
    const results = await handle(
      readable.map(({ message }) => message),
      batchTime(context),
      readable.map(({ record }) => Number(record.attributes.ApproximateReceiveCount)),
    );
    for (const [index, { record }] of readable.entries())
      outcomes.set(record.messageId, results[index] ?? { error: new Error('the message was not handled') });

    const finish = async (record: SQSRecord): Promise<void> => {
      const line = { message_id: record.messageId, receive_count: record.attributes.ApproximateReceiveCount };
      const outcome = outcomes.get(record.messageId);
      if (outcome && 'fields' in outcome) return log.info('message', { ...line, ...outcome.fields });
      log.error('message goes back to the queue', { ...line, error: outcome?.error });
      throw outcome?.error;
    };
    return processPartialResponse(event, finish, new BatchProcessor(EventType.SQS), {
      context,
      throwOnFullBatchFailure: false,
    });
  };
