import { reconcileCronHandler } from '../../lib/app/reconcile-cron.ts';

export const handler = reconcileCronHandler();
