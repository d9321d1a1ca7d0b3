import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isThereAlready, sqsFailure } from './backend.sqs/failures.ts';
import { sqsMessages } from './backend.sqs/messages.ts';
import { attributesOf, type QueuePlaces, queueName, queueUrl, redrivePolicy } from './backend.sqs/names.ts';
import { type Messaging, QueueAbsent, type QueueCounts, type QueueRef } from './backend.ts';

export type { QueuePlaces } from './backend.sqs/names.ts';

export interface SqsMessagingOptions {
  client: SQSClient;
  places: QueuePlaces;
  /** Goes into the tags of every queue, for the bill and for the rights that hold by it. */
  stage: string;
}

const countNames = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** Queues of tenants as real SQS queues, each under the id of its record. */
export const createSqsMessaging = ({ client, places, stage }: SqsMessagingOptions): Messaging => {
  const call = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      throw sqsFailure(error);
    }
  };
  const urlOf = (queue: QueueRef) => ({ QueueUrl: queueUrl(places, queue) });

  const counts = (queue: QueueRef, signal: AbortSignal): Promise<QueueCounts> =>
    call(async () => {
      const command = new GetQueueAttributesCommand({ ...urlOf(queue), AttributeNames: [...countNames] });
      const { Attributes = {} } = await client.send(command, { abortSignal: signal });
      const [ready = 0, inFlight = 0, delayed = 0] = countNames.map((name) => Number(Attributes[name] ?? 0));
      return { ready, inFlight, delayed };
    });

  return {
    ...sqsMessages(client, places),
    counts,

    ensure: (queue, settings, signal) =>
      call(async () => {
        const command = new CreateQueueCommand({
          QueueName: queueName(places, queue),
          Attributes: {
            ...attributesOf(settings),
            SqsManagedSseEnabled: 'true',
            ...(queue.fifo && { FifoQueue: 'true' }),
          },
          tags: {
            'thecloud:stage': stage,
            'thecloud:tenant': queue.tenant,
            'thecloud:resource': queue.id,
          },
        });
        await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
          if (!isThereAlready(error)) throw error;
        });
      }),

    configure: (queue, settings, signal) =>
      call(async () => {
        const command = new SetQueueAttributesCommand({
          ...urlOf(queue),
          Attributes: { ...attributesOf(settings), RedrivePolicy: redrivePolicy(places, settings) },
        });
        await client.send(command, { abortSignal: signal });
      }),

    exists: async (queue, signal) => {
      try {
        await counts(queue, signal);
        return true;
      } catch (error) {
        if (error instanceof QueueAbsent) return false;
        throw error;
      }
    },

    delete: async (queue, signal) => {
      try {
        await call(() => client.send(new DeleteQueueCommand(urlOf(queue)), { abortSignal: signal }));
      } catch (error) {
        if (!(error instanceof QueueAbsent)) throw error;
      }
    },

    purge: (queue, signal) =>
      call(async () => {
        await client.send(new PurgeQueueCommand(urlOf(queue)), { abortSignal: signal });
      }),
  };
};
