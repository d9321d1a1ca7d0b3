import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createOutbox } from '../platform/lifecycle/outbox.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { batchTime } from '../platform/work/sqs-batch.ts';
import { config } from './config.ts';
import { eventBus } from './event-bus.ts';
import { reconcileQueues } from './reconcile-queues.ts';

/** The table's stream to queues and bus. */
export const outboxHandler = () => {
  const log = createLogger('stream-outbox');
  const { EVENT_BUS_NAME } = config('EVENT_BUS_NAME');
  const bus = eventBus(awsClient(EventBridgeClient, 'EVENTBRIDGE'), EVENT_BUS_NAME);
  const send = createOutbox({ queues: reconcileQueues(), bus, clock: systemClock, log });
  return (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> =>
    send(event.Records, batchTime(context).signal);
};
