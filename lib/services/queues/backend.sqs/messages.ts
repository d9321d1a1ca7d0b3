import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import { type QueueAttributes, readAttribute, writtenAttribute } from '../attributes.ts';
import type { Messaging, OutgoingMessage, QueueRef, ReceivedMessage, Sent } from '../backend.ts';
import { isBadHandle, isBeyond, sqsFailure } from './failures.ts';
import { type QueuePlaces, queueUrl } from './names.ts';

const written = (attributes: QueueAttributes): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => {
      const { dataType, text } = writtenAttribute(value);
      return [name, { DataType: dataType, StringValue: text }];
    }),
  );

const read = (attributes: Record<string, MessageAttributeValue>): QueueAttributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = '', StringValue = '' }]) => [
      name,
      readAttribute(DataType, StringValue),
    ]),
  );

const entryOf = (message: OutgoingMessage, index: number) => ({
  Id: String(index),
  MessageBody: message.body,
  DelaySeconds: message.delaySeconds,
  MessageGroupId: message.groupId,
  MessageDeduplicationId: message.deduplicationId,
  MessageAttributes: message.attributes && written(message.attributes),
});

const receivedOf = ({
  MessageId,
  Body,
  ReceiptHandle,
  Attributes,
  MessageAttributes,
}: Message): ReceivedMessage => ({
  id: MessageId ?? '',
  body: Body ?? '',
  handle: ReceiptHandle ?? '',
  receivedCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
  sentAt: Number(Attributes?.SentTimestamp ?? 0),
  groupId: Attributes?.MessageGroupId,
  deduplicationId: Attributes?.MessageDeduplicationId,
  sequenceNumber: Attributes?.SequenceNumber,
  ...(MessageAttributes && { attributes: read(MessageAttributes) }),
});

/** Which handles were good. @throws BackendError saying so where SQS itself has failed with one */
const answersOf = (
  handles: readonly string[],
  failures: readonly BatchResultErrorEntry[],
  otherwise: string,
): boolean[] =>
  handles.map((_, index) => {
    const failed = failures.find(({ Id }) => Id === String(index));
    if (!failed) return true;
    if (failed.SenderFault || isBadHandle(failed.Code ?? '')) return false;
    throw new BackendError('ambiguous', otherwise, failed);
  });

/** What goes into queues and comes out of them: one call for up to ten messages. */
export const sqsMessages = (
  client: SQSClient,
  places: QueuePlaces,
): Pick<Messaging, 'send' | 'receive' | 'release' | 'hide' | 'hideOne' | 'remove'> => {
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw sqsFailure(error);
    }
  };
  const urlOf = (queue: QueueRef) => queueUrl(places, queue);

  /** Has received messages hidden for so long from now on. @returns what failed */
  const change = async (
    queue: QueueRef,
    handles: readonly string[],
    seconds: number,
    signal: AbortSignal,
  ): Promise<BatchResultErrorEntry[]> => {
    const Entries = handles.map((ReceiptHandle, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: seconds,
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(queue), Entries });
    const { Failed = [] } = await client.send(command, { abortSignal: signal });
    return Failed;
  };

  return {
    send: (queue, messages, signal) =>
      call(async () => {
        const command = new SendMessageBatchCommand({
          QueueUrl: urlOf(queue),
          Entries: messages.map(entryOf),
        });
        const { Successful = [], Failed = [] } = await client.send(command, { abortSignal: signal });
        return messages.map((_, index): Sent => {
          const sent = Successful.find(({ Id }) => Id === String(index));
          if (sent) return { id: sent.MessageId ?? '', sequenceNumber: sent.SequenceNumber };
          const failed = Failed.find(({ Id }) => Id === String(index));
          return {
            reason: failed?.Message ?? failed?.Code ?? 'SQS did not say what became of it',
            isOurs: failed?.SenderFault ?? false,
          };
        });
      }),

    receive: (queue, { maximum, waitSeconds, visibilityTimeoutSeconds }, signal) =>
      call(async () => {
        const command = new ReceiveMessageCommand({
          QueueUrl: urlOf(queue),
          MaxNumberOfMessages: maximum,
          WaitTimeSeconds: waitSeconds,
          VisibilityTimeout: visibilityTimeoutSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: [
            'ApproximateReceiveCount',
            'SentTimestamp',
            ...(queue.fifo ? (['MessageGroupId', 'MessageDeduplicationId', 'SequenceNumber'] as const) : []),
          ],
        });
        const { Messages = [] } = await client.send(command, { abortSignal: signal });
        return Messages.map(receivedOf);
      }),

    hide: (queue, handles, seconds, signal) =>
      call(async () =>
        answersOf(handles, await change(queue, handles, seconds, signal), 'SQS could not hide a message'),
      ),

    hideOne: (queue, handle, seconds, signal) =>
      call(async () => {
        const failures = await change(queue, [handle], seconds, signal);
        if (failures.some(({ Message = '' }) => isBeyond(Message))) return 'beyond';
        const [held] = answersOf([handle], failures, 'SQS could not hide a message');
        return held ? 'hidden' : 'unknown';
      }),

    release: (queue, handles, signal) =>
      call(async () => {
        await change(queue, handles, 0, signal);
      }),

    remove: (queue, handles, signal) =>
      call(async () => {
        const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
        const command = new DeleteMessageBatchCommand({ QueueUrl: urlOf(queue), Entries });
        const { Failed = [] } = await client.send(command, { abortSignal: signal });
        return answersOf(handles, Failed, 'SQS could not delete a message');
      }),
  };
};
