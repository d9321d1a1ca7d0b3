import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { createFanOut } from '../services/deliveries/fan-out.ts';
import { FanOutMessage, topicKind } from '../services/topics/service.ts';
import { config } from './config.ts';
import { sqsQueueTarget } from './queue-target.ts';
import { sqsDeliveryQueue } from './sqs-delivery-queue.ts';
import { appTables } from './tables.ts';

/** Published messages to queues, and to the worker that delivers to webhooks. */
export const fanOutHandler = () => {
  const { DELIVER_QUEUE_URL } = config('DELIVER_QUEUE_URL');
  const clock = systemClock;
  const tables = appTables({ clock });
  const sqs = awsClient(SQSClient, 'SQS');
  const fanOut = createFanOut({
    tables,
    topics: createStore(topicKind, { tables, clock }),
    queues: sqsQueueTarget({ tables, clock }),
    deliveries: sqsDeliveryQueue(sqs, DELIVER_QUEUE_URL),
    clock,
    newId,
  });
  return sqsBatch({
    schema: FanOutMessage,
    log: createLogger('worker-fan-out'),
    handle: (messages, { signal }) =>
      Promise.all(
        messages.map(async (message) => {
          const { tenant, topic, message: id } = message;
          try {
            return { fields: { tenant, topic, published: id, ...(await fanOut(message, signal)) } };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
