import { permissionsOfUser } from '../platform/auth/permissions-of-user.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import { type NewId, newId } from '../platform/ids.ts';
import { longLeaseMilliseconds } from '../platform/lifecycle/lease.ts';
import type { Log } from '../platform/lifecycle/log.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { Tables } from '../platform/table/types.ts';
import { functionKind, type RunNow } from '../services/functions/service.ts';
import { createSecretController } from '../services/secrets/controller.ts';
import { createRotate } from '../services/secrets/rotating.ts';
import { createRunRotator } from '../services/secrets/run-rotator.ts';
import { type Envelope, secretKind } from '../services/secrets/service.ts';
import { config } from './config.ts';
import { composeRunNow } from './run-now.ts';
import { kmsEnvelope } from './secrets-envelope.ts';
import { appTables } from './tables.ts';

interface Parts {
  tables: Tables;
  clock: Clock;
  newId: NewId;
  envelope: Envelope;
  run: RunNow;
  log: Pick<Log, 'info' | 'warn'>;
}

/** What rotates secrets by their functions, and purges those that were deleted. */
export const composeSecretsWorker = ({ tables, clock, newId, envelope, run, log }: Parts) => {
  const store = createStore(secretKind, { tables, clock });
  const newValue = createRunRotator({
    tables,
    functions: createStore(functionKind, { tables, clock }),
    envelope,
    permissionsOf: permissionsOfUser(tables),
    run,
    clock,
    newId,
  });
  const controller = createSecretController(createRotate({ store, envelope, newValue, clock, newId, log }));
  return createReconciler({
    kinds: [{ controller, store }],
    tables,
    clock,
    log,
    leaseMilliseconds: longLeaseMilliseconds,
  });
};

/** Rotates secrets: the one worker that may use their key. */
export const reconcileSecretsHandler = () => {
  const clock = systemClock;
  const log = createLogger('worker-reconcile-secrets');
  const tables = appTables({ clock });
  const { SECRETS_KEY_ARN } = config('SECRETS_KEY_ARN');
  const reconciler = composeSecretsWorker({
    tables,
    clock,
    newId,
    envelope: kmsEnvelope(SECRETS_KEY_ARN),
    run: composeRunNow({ tables, clock, newId }),
    log,
  });
  return reconcileWorker({ reconciler, log });
};
