import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { TickerOptions, TickTask } from '../platform/work/ticker.ts';
import { inBatches } from './in-batches.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html */
const batchSize = 10;

const tick: TickTask = { task: 'tick' };

/** The ticker's sending to its own queue: the ticks of a minute. */
export const sqsTicks =
  (client: SQSClient, queueUrl: string): TickerOptions['later'] =>
  (delaySeconds, signal) =>
    inBatches(delaySeconds, batchSize, async (batch) => {
      const Entries = batch.map((DelaySeconds, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(tick),
        DelaySeconds,
      }));
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed = [] } = await client.send(command, { abortSignal: signal });
      return Failed.map(({ Id, Code, Message }) => [Number(Id), new Error(`${Code}: ${Message}`)]);
    });
