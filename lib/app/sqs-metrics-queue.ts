import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { MetricsQueue } from '../services/metrics/tasks.ts';
import { inBatches } from './in-batches.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html */
const batchSize = 10;

/** The collector's sending to its own queue: a list becomes many collections, a page of machines the next one. */
export const sqsMetricsQueue = (client: SQSClient, queueUrl: string): MetricsQueue => ({
  send: (tasks, signal) =>
    inBatches(tasks, batchSize, async (batch) => {
      const Entries = batch.map((task, index) => ({ Id: String(index), MessageBody: JSON.stringify(task) }));
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const { Failed = [] } = await client.send(command, { abortSignal: signal });
      return Failed.map(({ Id, Code, Message }) => [Number(Id), new Error(`${Code}: ${Message}`)]);
    }),
});
