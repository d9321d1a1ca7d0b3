import { reconcileSecretsHandler } from '../../lib/app/reconcile-secrets.ts';

export const handler = reconcileSecretsHandler();
