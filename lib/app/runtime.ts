import { lazily } from '../platform/lazily.ts';
import { createStore } from '../platform/store/create-store.ts';
import { sleep } from '../platform/table/retry.ts';
import { EventSources, eventSourceKind } from '../services/event-sources/service.ts';
import { createInvocations } from '../services/functions/invocations.ts';
import { Functions, functionKind } from '../services/functions/service.ts';
import { queueKind } from '../services/queues/service.ts';
import type { RuntimeServices } from '../services/runtime-routes.ts';
import { config } from './config.ts';
import type { App, AppParts } from './serve.ts';

/** Functions. The clients of S3, Lambda and SQS, and what reads archives, are loaded with the first request that needs them. */
export const composeRuntime = (
  parts: Pick<AppParts, 'tables' | 'clock' | 'newId' | 'logger'>,
): App<RuntimeServices> => {
  const { tables, clock, logger } = parts;
  const environment = config(
    'DEFAULT_QUOTAS',
    'FUNCTION_CODE_BUCKET',
    'TENANT_PREFIX',
    'INVOCATIONS_QUEUE_URL',
  );
  const store = createStore(functionKind, { tables, clock, limits: environment.DEFAULT_QUOTAS });
  const codes = lazily(async () => {
    const [{ s3Client }, { createS3CodeStore }] = await Promise.all([
      import('./s3.ts'),
      import('../services/functions/backend.lambda/codes.ts'),
    ]);
    return createS3CodeStore(s3Client(), environment.FUNCTION_CODE_BUCKET);
  });
  const functions = new Functions({
    ...parts,
    store,
    invocations: createInvocations(parts),
    codes,
    invoker: lazily(async () => (await import('./lambda.ts')).functionInvoker()),
    send: lazily(async () => (await import('./sqs-invocations.ts')).sqsInvocations()),
    inspect: async (code) => (await import('../services/functions/archive.ts')).inspectArchive(code),
    sleep,
    report: (message, error) => logger.warn(message, { error }),
  });
  const queues = createStore(queueKind, { tables, clock });
  const eventSources = new EventSources({
    ...parts,
    store: createStore(eventSourceKind, { tables, clock, limits: environment.DEFAULT_QUOTAS }),
    functions,
    queues: { get: ({ principal, signal }, id) => queues.get(principal.tenant, id, { signal }) },
  });
  return { services: { functions, eventSources } };
};
