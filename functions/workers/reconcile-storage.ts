import { reconcileStorageHandler } from '../../lib/app/reconcile-storage.ts';

export const handler = reconcileStorageHandler();
