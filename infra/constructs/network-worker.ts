import type { Construct } from 'constructs';
import { callBudgets, workloadRole, zones } from './compute-links.ts';
import { ephemeralTable, recordTable } from './links.ts';
import { ec2Network } from './network-links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';

/** The reconciler of networks, with its queue. */
export const networkWorker = (scope: Construct, platform: Platform): QueueWorker =>
  new QueueWorker(scope, 'ReconcileNetwork', {
    platform,
    queue: 'reconcile-network',
    worker: 'reconcile-network',
    description: 'Brings VPCs, subnets and security groups from what is wanted to what is',
    errorImpact:
      'Users whose networks are not made or do not go away, and whose instances wait for them; changed rules of security groups are not in force.',
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
      callBudgets(platform),
      workloadRole(platform),
      zones(platform),
      ec2Network(scope, platform),
    ],
  });
