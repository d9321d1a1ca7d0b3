import type { Caller } from '../platform/http/caller.ts';
import { createStore } from '../platform/store/create-store.ts';
import type { TargetChecks } from '../services/cron/target.check.ts';
import { functionKind } from '../services/functions/service.ts';
import { queueKind } from '../services/queues/service.ts';
import { composePublishing } from './publishing.ts';
import type { AppParts } from './serve.ts';

type Parts = Pick<AppParts, 'tables' | 'clock'>;

const findQueue = (parts: Parts) => {
  const queues = createStore(queueKind, parts);
  return ({ principal, signal }: Caller, id: string) => queues.get(principal.tenant, id, { signal });
};

const findFunction = (parts: Parts) => {
  const functions = createStore(functionKind, parts);
  return ({ principal, signal }: Caller, id: string) => functions.get(principal.tenant, id, { signal });
};

/** What a job's owner must have, and be allowed to use. */
export const cronTargetChecks = (parts: Parts): TargetChecks => {
  const topics = composePublishing(parts);
  return {
    queue: { permission: 'queue:write', needsPayload: true, find: findQueue(parts) },
    topic: {
      permission: 'notify:publish',
      needsPayload: true,
      find: (caller, id) => topics.get(caller, id),
    },
    function: { permission: 'function:invoke', needsPayload: false, find: findFunction(parts) },
  };
};
