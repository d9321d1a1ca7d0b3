import { createStore } from '../platform/store/create-store.ts';
import type { PollServices } from '../services/queues/receive-routes.ts';
import { createPollers, queueKind, Receiving } from '../services/queues/service.ts';
import type { App, AppParts } from './serve.ts';
import { sqsMessaging } from './sqs-messaging.ts';

/** Receiving from queues, which may wait: apart from all that answers at once. */
export const composePoll = ({ tables, clock }: Pick<AppParts, 'tables' | 'clock'>): App<PollServices> => {
  const messaging = sqsMessaging();
  return {
    services: {
      receiving: new Receiving({
        store: createStore(queueKind, { tables, clock }),
        messaging: async () => messaging,
        pollers: createPollers({ tables, clock }),
        clock,
      }),
    },
  };
};
