import { newId } from '../platform/ids.ts';
import { lazily } from '../platform/lazily.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import {
  type AcceptInvocation,
  createAcceptInvocation,
  createInvocations,
  functionKind,
} from '../services/functions/service.ts';
import type { AppParts } from './serve.ts';

/** Accepting invocations, for functions that do so on a tenant's behalf: they need the `invocationsQueue` link. */
export const composeAcceptInvocation = (parts: Pick<AppParts, 'tables' | 'clock'>): AcceptInvocation => {
  const log = createLogger('invocations');
  return createAcceptInvocation({
    store: createStore(functionKind, parts),
    invocations: createInvocations(parts),
    // The SQS client is loaded by the first invocation.
    send: lazily(async () => (await import('./sqs-invocations.ts')).sqsInvocations()),
    clock: parts.clock,
    newId,
    report: (message, error) => log.warn(message, { error }),
  });
};
