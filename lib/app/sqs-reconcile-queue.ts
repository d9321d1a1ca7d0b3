import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { OutgoingMessage, ReconcileQueue } from '../platform/lifecycle/ports.ts';
import { inBatches } from './in-batches.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html */
const batchSize = 10;

/** A fair queue: the tenant is the message group, so that a busy one does not hold up the others. */
const entryOf = (
  { message, delaySeconds }: OutgoingMessage,
  index: number,
): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: JSON.stringify(message),
  MessageGroupId: message.tenant,
  ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
});

export const sqsReconcileQueue = (client: SQSClient, queueUrl: string): ReconcileQueue => ({
  send: (messages, signal) =>
    inBatches(messages, batchSize, async (batch) => {
      const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(entryOf) });
      const { Failed = [] } = await client.send(command, { abortSignal: signal });
      return Failed.map(({ Id, Code, Message }) => [Number(Id), new Error(`${Code}: ${Message}`)]);
    }),
});
