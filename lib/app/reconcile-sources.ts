import { permissionsOfUser } from '../platform/auth/permissions-of-user.ts';
import { permits } from '../platform/auth/principal.ts';
import { systemClock } from '../platform/clock.ts';
import { newId } from '../platform/ids.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sleep } from '../platform/table/retry.ts';
import { createEventSourceController } from '../services/event-sources/controller.ts';
import { createPoller } from '../services/event-sources/poller.ts';
import {
  type EventSourceRecord,
  eventSourceKind,
  neededPermissions,
} from '../services/event-sources/service.ts';
import { createInvocations } from '../services/functions/invocations.ts';
import { functionKind } from '../services/functions/service.ts';
import { queueKind } from '../services/queues/service.ts';
import { sqsInvocations } from './sqs-invocations.ts';
import { sqsMessaging } from './sqs-messaging.ts';
import { appTables } from './tables.ts';

/** Looks at the queues that functions are run for. */
export const reconcileSourcesHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-sources');
  const store = createStore(eventSourceKind, { tables, clock });
  const permissionsOf = permissionsOfUser(tables);
  const forbids = async ({ user_id }: EventSourceRecord, signal: AbortSignal) => {
    const allowed = await permissionsOf(user_id, signal);
    if (!allowed) return 'its user is suspended';
    const missing = neededPermissions.find((one) => !permits(allowed, one));
    return missing && `its user lacks the permission ${missing}`;
  };
  const poll = createPoller({
    messaging: sqsMessaging(),
    send: sqsInvocations(),
    invocations: createInvocations({ tables, clock }),
    clock,
    newId,
    sleep,
    log,
  });
  const controller = createEventSourceController({
    store,
    functions: createStore(functionKind, { tables, clock }),
    queues: createStore(queueKind, { tables, clock }),
    forbids,
    poll,
    clock,
    log,
  });
  const reconciler = createReconciler({ kinds: [{ controller, store }], tables, clock, log });
  return reconcileWorker({ reconciler, log });
};
