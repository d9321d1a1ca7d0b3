import { reconcileMessagingHandler } from '../../lib/app/reconcile-messaging.ts';

export const handler = reconcileMessagingHandler();
