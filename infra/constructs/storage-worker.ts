import type { Construct } from 'constructs';
import { callBudgets, workloadRole } from './compute-links.ts';
import { ephemeralTable, recordTable, writeItems } from './links.ts';
import type { Platform } from './platform.ts';
import { QueueWorker } from './queue-worker.ts';
import { ebsControl } from './storage-links.ts';

/** The queue and the worker of what lives on EBS. */
export class StorageWorker extends QueueWorker {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id, {
      platform,
      queue: 'reconcile-storage',
      worker: 'reconcile-storage',
      description: 'Brings volumes and snapshots from what is wanted to what is, and runs snapshot schedules',
      errorImpact:
        'Users whose volumes are not made, attached, detached, grown or deleted, and whose snapshots and schedules stand still.',
      timeoutSeconds: 20,
      // Failures are counted in the record and end in ERROR after five: what comes here twenty times is poison.
      maxReceiveCount: 20,
      batchSize: 10,
      maxConcurrency: 10,
      lateAfterSeconds: 120,
      links: [
        recordTable(scope, platform, ['dynamodb:GetItem', 'dynamodb:Query', ...writeItems]),
        ephemeralTable(scope, platform, ['dynamodb:UpdateItem']),
        callBudgets(platform),
        workloadRole(platform),
        ebsControl(scope, platform),
        { environment: { DEFAULT_QUOTAS: JSON.stringify(platform.context.quotas) } },
      ],
    });
  }
}
