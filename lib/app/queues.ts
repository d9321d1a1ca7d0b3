import { createStore } from '../platform/store/create-store.ts';
import { Queues, queueKind } from '../services/queues/service.ts';
import { config } from './config.ts';
import { composeQueueMessages, messaging } from './queue-messages.ts';
import type { AppParts } from './serve.ts';

/** What is wanted of queues, and what goes into them. */
export const composeQueues = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>) => {
  const { tables, clock, newId } = parts;
  const limits = config('DEFAULT_QUOTAS').DEFAULT_QUOTAS;
  return {
    queues: new Queues({ store: createStore(queueKind, { tables, clock, limits }), messaging, clock, newId }),
    queueMessages: composeQueueMessages(parts),
  };
};
