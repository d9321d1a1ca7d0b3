import { createHash } from 'node:crypto';
import {
  type QueueRecord,
  queueOf,
  type ReceivedMessage,
  receiptHandle,
  writtenAttribute,
} from '../queues/service.ts';

/** One message as Lambda's SQS event has it: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
const recordOf = (queue: QueueRecord, message: ReceivedMessage, heldUntil: number) => ({
  messageId: message.id,
  // The handle that our own API knows.
  receiptHandle: receiptHandle(queue, { handle: message.handle, until: heldUntil }),
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receivedCount),
    SentTimestamp: String(message.sentAt),
    SenderId: queue.user_id,
    ApproximateFirstReceiveTimestamp: String(message.sentAt),
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
    ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.attributes ?? {}).map(([name, value]) => {
      const { dataType, text } = writtenAttribute(value);
      return [name, { stringValue: text, stringListValues: [], binaryListValues: [], dataType }];
    }),
  ),
  md5OfBody: createHash('md5').update(message.body).digest('hex'),
  eventSource: 'aws:sqs',
  eventSourceARN: queueOf(queue).arn,
  awsRegion: 'local',
});

/** The payload of an invocation for these messages. @param heldUntil milliseconds since the epoch */
export const sqsEvent = (
  queue: QueueRecord,
  messages: readonly ReceivedMessage[],
  heldUntil: number,
): Buffer => Buffer.from(JSON.stringify({ Records: messages.map((one) => recordOf(queue, one, heldUntil)) }));
