import { localRegion } from '../account.ts';
import type { ReceivedMessage } from '../services/queues.ts';
import { isRecord } from '../template/types.ts';

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const attributeOf = (attribute: unknown): Record<string, unknown> =>
  isRecord(attribute)
    ? {
        stringListValues: [],
        binaryListValues: [],
        ...Object.fromEntries(Object.entries(attribute).map(([name, value]) => [lowerFirst(name), value])),
      }
    : {};

/** A received message as a record of the event that Lambda gives a function.
 *  https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export const toSqsRecord = (message: ReceivedMessage, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentTimestamp),
    SenderId: 'AIDALOCAL',
    ApproximateFirstReceiveTimestamp: String(message.firstReceiveTimestamp),
    ...(message.groupId && { MessageGroupId: message.groupId }),
  },
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [
      name,
      attributeOf(attribute),
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  eventSourceARN: queueArn,
  awsRegion: localRegion,
});
