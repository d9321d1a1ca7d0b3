import { reconcileNetworkHandler } from '../../lib/app/reconcile-network.ts';

export const handler = reconcileNetworkHandler();
