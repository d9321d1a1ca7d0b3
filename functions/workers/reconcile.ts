import { reconcileHandler } from '../../lib/app/reconcile.ts';

export const handler = reconcileHandler();
