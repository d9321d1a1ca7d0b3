import { reconcileBalancingHandler } from '../../lib/app/reconcile-balancing.ts';

export const handler = reconcileBalancingHandler();
