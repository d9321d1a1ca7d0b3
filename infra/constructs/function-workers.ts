import type { Construct } from 'constructs';
import { maxReceives } from '../../lib/services/functions/invocation-task.ts';
import { functionHosting, functionInvocation, invocationsQueue } from './function-links.ts';
import { FunctionPlace } from './function-place.ts';
import { ephemeralTable, recordTable } from './links.ts';
import { tenantQueues } from './messaging-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The reconciler of tenants' functions, with its queue and what the functions are made with. */
export const functionsWorker = (scope: Construct, platform: Platform): QueueWorker => {
  const place = new FunctionPlace(scope, 'TenantCode', platform);
  return new QueueWorker(scope, 'ReconcileFunctions', {
    platform,
    queue: 'reconcile-functions',
    worker: 'reconcile-functions',
    description: 'Brings functions from what is wanted to what is',
    errorImpact:
      'Users whose functions are not made, changed or deleted: their first call to them waits, and then is refused.',
    timeoutSeconds: 20,
    // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 5,
    lateAfterSeconds: 120,
    links: [
      recordTable(scope, platform, [
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ]),
      ephemeralTable(scope, platform, ['dynamodb:UpdateItem']),
      functionHosting(scope, platform, place),
    ],
  });
};

/** What runs accepted invocations, with their queue. */
export const invocationsWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'Invoke', {
    platform,
    queue: 'invocations',
    worker: 'invoke',
    description: 'Runs the invocations of functions that were accepted',
    errorImpact: 'Users whose asynchronous invocations do not run, or run late.',
    // It waits for the function, which may take a quarter of an hour: Lambda's longest.
    timeoutSeconds: 900,
    // One message at a time, and the poller waits where the function is throttled: nothing needs six times as long. What is
    // left over the timeout is for a worker that died, whose message should not be hidden for long.
    visibilitySeconds: 960,
    // Failures are sent again by the worker itself, five times: what comes back has killed it.
    maxReceiveCount: maxReceives,
    batchSize: 1,
    maxConcurrency: 50,
    lateAfterSeconds: 300,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem']),
      ephemeralTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:PutItem']),
      functionInvocation(scope, platform),
      tenantQueues(scope, platform, ['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage']),
      invocationsQueue(scope, platform),
    ],
  });
