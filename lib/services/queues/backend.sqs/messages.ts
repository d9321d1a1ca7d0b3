import {
  type BatchResultErrorEntry,
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { BackendError } from '../../../platform/lifecycle/types.ts';
import type { Messaging, OutgoingMessage, QueueRef, ReceivedMessage, Sent } from '../backend.ts';
import { isBadHandle, sqsFailure } from './failures.ts';
import { type QueuePlaces, queueUrl } from './names.ts';

const entryOf = (message: OutgoingMessage, index: number) => ({
  Id: String(index),
  MessageBody: message.body,
  DelaySeconds: message.delaySeconds,
  MessageGroupId: message.groupId,
  MessageDeduplicationId: message.deduplicationId,
});

const receivedOf = ({ MessageId, Body, ReceiptHandle, Attributes }: Message): ReceivedMessage => ({
  id: MessageId ?? '',
  body: Body ?? '',
  handle: ReceiptHandle ?? '',
  receivedCount: Number(Attributes?.ApproximateReceiveCount ?? 1),
  sentAt: Number(Attributes?.SentTimestamp ?? 0),
  groupId: Attributes?.MessageGroupId,
  deduplicationId: Attributes?.MessageDeduplicationId,
  sequenceNumber: Attributes?.SequenceNumber,
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
): Pick<Messaging, 'send' | 'receive' | 'release' | 'hide' | 'remove'> => {
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw sqsFailure(error);
    }
  };
  const urlOf = (queue: QueueRef) => queueUrl(places, queue);

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
      call(async () => {
        const Entries = handles.map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: seconds,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(queue), Entries });
        const { Failed = [] } = await client.send(command, { abortSignal: signal });
        return answersOf(handles, Failed, 'SQS could not hide a message');
      }),

    release: (queue, handles, signal) =>
      call(async () => {
        const Entries = handles.map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        }));
        const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: urlOf(queue), Entries });
        await client.send(command, { abortSignal: signal });
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
