import { LambdaClient } from '@aws-sdk/client-lambda';
import { awsClient } from '../platform/aws/client.ts';
import { systemClock } from '../platform/clock.ts';
import { createReconciler } from '../platform/lifecycle/reconciler.ts';
import { reconcileWorker } from '../platform/lifecycle/worker.ts';
import { createLogger } from '../platform/logging/logger.ts';
import { createStore } from '../platform/store/create-store.ts';
import { eventSourceKind, takeEventSourcesAlong } from '../services/event-sources/service.ts';
import { createLambdaHost } from '../services/functions/backend.lambda.ts';
import { createFunctionController } from '../services/functions/controller.ts';
import { functionKind } from '../services/functions/service.ts';
import { config } from './config.ts';
import { s3Client } from './s3.ts';
import { appTables } from './tables.ts';

/** Brings about on Lambda what is wanted of functions. */
export const reconcileFunctionsHandler = () => {
  const clock = systemClock;
  const tables = appTables({ clock });
  const log = createLogger('worker-reconcile-functions');
  const place = config(
    'STAGE',
    'TENANT_PREFIX',
    'FUNCTION_CODE_BUCKET',
    'FUNCTION_ROLE_ARN',
    'FUNCTION_LOG_GROUP',
    'FUNCTION_LAYER_ARN',
  );
  const host = createLambdaHost({
    lambda: awsClient(LambdaClient, 'LAMBDA'),
    s3: s3Client(),
    place: {
      stage: place.STAGE,
      prefix: place.TENANT_PREFIX,
      bucket: place.FUNCTION_CODE_BUCKET,
      roleArn: place.FUNCTION_ROLE_ARN,
      logGroup: place.FUNCTION_LOG_GROUP,
      layerArn: place.FUNCTION_LAYER_ARN,
    },
  });
  const takeAlong = takeEventSourcesAlong({
    tables,
    store: createStore(eventSourceKind, { tables, clock }),
  });
  const kind = {
    controller: createFunctionController(host, takeAlong),
    store: createStore(functionKind, { tables, clock }),
  };
  return reconcileWorker({ reconciler: createReconciler({ kinds: [kind], tables, clock, log }), log });
};
