import type { Construct } from 'constructs';
import { loadBalancing } from './balancing-links.ts';
import { callBudgets, workloadRole } from './compute-links.ts';
import { ephemeralTable, recordTable } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The reconciler of load balancers, with its queue. */
export const balancingWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileBalancing', {
    platform,
    queue: 'reconcile-balancing',
    worker: 'reconcile-balancing',
    description:
      'Brings load balancers from what is wanted to what is, and follows the health of their targets',
    errorImpact:
      'Users whose load balancers are not made or do not go away; targets that come, go or change their weight are not taken in. What a balancer serves already, it goes on serving.',
    timeoutSeconds: 20,
    // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
    maxReceiveCount: 20,
    batchSize: 10,
    maxConcurrency: 5,
    lateAfterSeconds: 120,
    links: [
      recordTable(scope, platform, [
        'dynamodb:GetItem',
        'dynamodb:BatchGetItem',
        'dynamodb:UpdateItem',
        'dynamodb:DeleteItem',
      ]),
      ephemeralTable(scope, platform, ['dynamodb:UpdateItem']),
      callBudgets(platform),
      workloadRole(platform),
      loadBalancing(scope, platform),
    ],
  });
