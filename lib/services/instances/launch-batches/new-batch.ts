import type { Clock } from '../../../platform/clock.ts';
import type { Caller } from '../../../platform/http/caller.ts';
import type { NewId } from '../../../platform/ids.ts';
import { newRecord } from '../../../platform/store/new-record.ts';
import { toNewItem } from '../../../platform/store/record.ts';
import type { Write } from '../../../platform/table/types.ts';
import type { InstanceRecord } from '../record.ts';
import { type LaunchBatchRecord, launchBatchKind } from './record.ts';

/** When a member looks for itself, should its batch have been lost: long after it has its machine as a rule. */
const memberLooksMilliseconds = 60_000;

/** What the names begin with that the machines share on EC2. */
const sharedName = (names: readonly string[]): string => {
  const [first = ''] = names;
  let length = first.length;
  for (const name of names) while (!name.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length).replace(/[-_]+$/, '') || first;
};

/**
 * Has instances launched together: the instances as members, and the batch as a write of their transaction.
 * @param instances alike in all but id and name; one by itself goes alone
 */
export const launchTogether = (
  { newId, clock }: { newId: NewId; clock: Clock },
  caller: Caller,
  instances: readonly InstanceRecord[],
): { instances: InstanceRecord[]; writes: Write[] } => {
  const [first] = instances;
  if (!first || instances.length === 1) return { instances: [...instances], writes: [] };
  const { image, instance_type, ports, zone, home_zone, subnet_id, security_group_ids, detailed_monitoring } =
    first;
  const batch: LaunchBatchRecord = {
    ...newRecord(newId, caller),
    name: sharedName(instances.map(({ name }) => name)),
    status: 'LAUNCHING',
    ...{ image, instance_type, ports, zone, home_zone, subnet_id, security_group_ids, detailed_monitoring },
    members: instances.map(({ id }) => id),
  };
  const now = clock.now();
  const next_attempt_at = new Date(now + memberLooksMilliseconds).toISOString();
  return {
    instances: instances.map((instance) => ({ ...instance, launch_batch: batch.id, next_attempt_at })),
    writes: [{ put: toNewItem(launchBatchKind, batch, new Date(now).toISOString()) }],
  };
};
