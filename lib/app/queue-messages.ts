import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sleep } from '../platform/table/retry.ts';
import { QueueMessages, queueKind } from '../services/queues/service.ts';
import type { AppParts } from './serve.ts';

/** The SQS client is loaded by the first request that needs it. */
export const messaging = lazily(async () => (await import('./sqs-messaging.ts')).sqsMessaging());

/** Sending to the queues of tenants: also for functions that send on a tenant's behalf. They need its `tenantQueues` link. */
export const composeQueueMessages = ({ tables, clock }: Pick<AppParts, 'tables' | 'clock'>): QueueMessages =>
  new QueueMessages({ store: createStore(queueKind, { tables, clock }), messaging, sleep, clock });
