import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { CloudError } from '../platform/errors/index.ts';
import type { DeliveryQueue } from '../services/deliveries/backend.ts';

/** Of a batch: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const maxEntries = 10;
const maxBytes = 1_048_576;
/** Batches on their way at the same time. */
const atOnce = 5;

type Sent = Parameters<DeliveryQueue['send']>[0][number];

/** A fair queue: the tenant is the message group. */
const entryOf = ({ message, delaySeconds }: Sent): Omit<SendMessageBatchRequestEntry, 'Id'> => ({
  MessageBody: JSON.stringify(message),
  MessageGroupId: message.tenant,
  ...(delaySeconds > 0 && { DelaySeconds: delaySeconds }),
});

/** Entries in batches that SQS takes: its bound is on all bodies together. They are ASCII. */
const batchesOf = (messages: readonly Sent[]): SendMessageBatchRequestEntry[][] => {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const entry = entryOf(message);
    const size = entry.MessageBody?.length ?? 0;
    let batch = batches.at(-1);
    if (!batch || batch.length === maxEntries || bytes + size > maxBytes) {
      batch = [];
      batches.push(batch);
      bytes = 0;
    }
    bytes += size;
    batch.push({ ...entry, Id: String(batch.length) });
  }
  return batches;
};

/** Deliveries' own queue. */
export const sqsDeliveryQueue = (client: SQSClient, queueUrl: string): DeliveryQueue => {
  const sendBatch = async (Entries: SendMessageBatchRequestEntry[], signal: AbortSignal): Promise<void> => {
    const command = new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries });
    const { Failed = [] } = await client.send(command, { abortSignal: signal });
    const [first] = Failed;
    if (first) throw new Error(`${first.Code}: ${first.Message}`);
  };
  return {
    async send(messages, signal) {
      const batches = batchesOf(messages);
      try {
        for (let start = 0; start < batches.length; start += atOnce)
          await Promise.all(batches.slice(start, start + atOnce).map((batch) => sendBatch(batch, signal)));
      } catch (cause) {
        throw new CloudError('UNAVAILABLE', 'the delivery could not be begun; try again', {
          retryAfterSeconds: 1,
          cause,
        });
      }
    },
  };
};
