import { reconcileBatchHandler } from '../../lib/app/reconcile-batch.ts';

export const handler = reconcileBatchHandler();
