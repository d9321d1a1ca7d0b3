import type { Construct } from 'constructs';
import { functionInvocation } from './function-links.ts';
import { ephemeralTable, recordTable, secretsKey, writeItems } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/**
 * What rotates secrets by their functions and purges those that were deleted, with its queue. Beside the secrets function it
 * alone may use their key; it calls no tenant's target but functions.
 */
export const secretsWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileSecrets', {
    platform,
    queue: 'reconcile-secrets',
    worker: 'reconcile-secrets',
    description: 'Rotates secrets by their functions, and purges those that were deleted',
    errorImpact:
      'Users whose secrets are not rotated, or late: they keep their present values. Deleted secrets are purged later.',
    // A function has 25 s; the rest is for writing down what it gave.
    timeoutSeconds: 35,
    // A rotation that fails is put off in its record: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 5,
    maxConcurrency: 10,
    lateAfterSeconds: 120,
    links: [
      recordTable(scope, platform, ['dynamodb:GetItem', ...writeItems]),
      ephemeralTable(scope, platform, ['dynamodb:PutItem', 'dynamodb:UpdateItem']),
      secretsKey(platform),
      functionInvocation(scope, platform),
    ],
  });
