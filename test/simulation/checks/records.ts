import { fromItem } from '../../../lib/platform/store/record.ts';
import type { ResourceKind } from '../../../lib/platform/store/types.ts';
import { parseResourceKey } from '../../../lib/platform/table/keys.ts';
import type { Reconciled } from '../../../lib/platform/table/resource.ts';
import { toItem } from '../../../lib/platform/table/values.ts';
import { scalingGroupKind } from '../../../lib/services/autoscaling/record.ts';
import { batchJobKind } from '../../../lib/services/batch-jobs/record.ts';
import { cronJobKind } from '../../../lib/services/cron/record.ts';
import { cronRunKind } from '../../../lib/services/cron/run-record.ts';
import { functionKind } from '../../../lib/services/functions/record.ts';
import { instanceKind } from '../../../lib/services/instances/record.ts';
import { loadBalancerKind } from '../../../lib/services/load-balancers/record.ts';
import { queueKind } from '../../../lib/services/queues/record.ts';
import { securityGroupKind } from '../../../lib/services/security-groups/record.ts';
import { scheduleKind } from '../../../lib/services/snapshot-schedules/record.ts';
import { snapshotKind } from '../../../lib/services/snapshots/record.ts';
import { subnetKind } from '../../../lib/services/subnets/record.ts';
import { subscriptionKind } from '../../../lib/services/subscriptions/record.ts';
import { topicKind } from '../../../lib/services/topics/record.ts';
import { volumeKind } from '../../../lib/services/volumes/record.ts';
import { vpcKind } from '../../../lib/services/vpcs/record.ts';
import type { Database } from '../table/database.ts';
import { tableNames } from '../table/schema.ts';
import { textOf } from '../table/values.ts';

// biome-ignore lint/suspicious/noExplicitAny: kinds of all types
const kinds: readonly ResourceKind<any>[] = [
  instanceKind,
  volumeKind,
  snapshotKind,
  scheduleKind,
  vpcKind,
  subnetKind,
  securityGroupKind,
  loadBalancerKind,
  scalingGroupKind,
  batchJobKind,
  queueKind,
  topicKind,
  subscriptionKind,
  functionKind,
  cronJobKind,
  cronRunKind,
];

export const kindsByName = new Map(kinds.map((kind) => [kind.kind, kind]));

/** A record as a check reads it: whatever its kind has beside what all have. */
export type AnyRecord = Reconciled & { kind: string } & Record<string, unknown>;

/** Every record of a reconciled kind, tombstones included. */
export const recordsOf = (database: Database): AnyRecord[] => {
  const records: AnyRecord[] = [];
  for (const image of database.images(tableNames.record)) {
    const ref = parseResourceKey({ pk: textOf(image.pk), sk: textOf(image.sk) });
    const kind = ref && kindsByName.get(ref.kind);
    if (kind) records.push({ ...fromItem(kind, toItem(image)), kind: kind.kind } as AnyRecord);
  }
  return records;
};
