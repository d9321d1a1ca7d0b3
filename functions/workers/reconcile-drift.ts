import { reconcileDriftHandler } from '../../lib/app/reconcile-drift.ts';

export const handler = reconcileDriftHandler();
