import { reconcileFunctionsHandler } from '../../lib/app/reconcile-functions.ts';

export const handler = reconcileFunctionsHandler();
