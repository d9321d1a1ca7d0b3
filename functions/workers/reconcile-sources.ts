import { reconcileSourcesHandler } from '../../lib/app/reconcile-sources.ts';

export const handler = reconcileSourcesHandler();
