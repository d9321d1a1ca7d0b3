import { setTimeout as pause } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sqsBatch } from '../platform/work/sqs-batch.ts';
import { ObservedEvent } from '../services/instances/observed-event.ts';
import { createObserver } from '../services/instances/observer.ts';
import { instanceKind } from '../services/instances/record.ts';
import { createSuspension } from '../services/instances/suspension.ts';
import { config } from './config.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';
import { appTables } from './tables.ts';

/** What happened outside: EC2's state changes, and tenants whose instances must be stopped. */
export const observeHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const { RECONCILE_EC2_QUEUE_URL } = config('RECONCILE_EC2_QUEUE_URL');
  const observe = createObserver({
    tables,
    queue: sqsReconcileQueue(awsClient(SQSClient, 'SQS'), RECONCILE_EC2_QUEUE_URL),
    sleep: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
  });
  const suspend = createSuspension({ store: createStore(instanceKind, { tables, clock }), clock, newId });

  const take = async (event: ObservedEvent, signal: AbortSignal): Promise<object> =>
    event.kind === 'machine'
      ? { ...event, observation: await observe(event, signal) }
      : { ...event, instances: await suspend(event, signal) };

  return sqsBatch({
    schema: ObservedEvent,
    log: createLogger('worker-observe'),
    handle: (events, { signal }) =>
      Promise.all(
        events.map(async (event) => {
          try {
            return { fields: await take(event, signal) };
          } catch (error) {
            return { error };
          }
        }),
      ),
  });
};
