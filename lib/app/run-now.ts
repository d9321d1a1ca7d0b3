import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sleep } from '../platform/table/retry.ts';
import { createInvocations, createRunNow, functionKind, type RunNow } from '../services/functions/service.ts';
import type { AppParts } from './serve.ts';

/** Running functions on a tenant's behalf: for functions that have the `functionInvocation` link. */
export const composeRunNow = (parts: Pick<AppParts, 'tables' | 'clock' | 'newId'>): RunNow =>
  createRunNow({
    ...parts,
    store: createStore(functionKind, parts),
    invocations: createInvocations(parts),
    // The client of Lambda is loaded by the first invocation.
    invoker: lazily(async () => (await import('./lambda.ts')).functionInvoker()),
    sleep,
  });
