import { counterKey, nameGuardKey } from '../../../lib/platform/table/keys.ts';
import type { Item, Key } from '../../../lib/platform/table/types.ts';
import { toItem } from '../../../lib/platform/table/values.ts';
import type { Database } from '../table/database.ts';
import { tableNames } from '../table/schema.ts';
import { textOf } from '../table/values.ts';
import { type AnyRecord, kindsByName } from './records.ts';

const one = (quota: string) => (): Record<string, number> => ({ [quota]: 1 });

/** What a record takes of its tenant's quotas, counted independently of the platform. */
const usage: Readonly<Record<string, (record: AnyRecord) => Record<string, number>>> = {
  INSTANCE: ({ vcpus }) => ({ instances: 1, vcpus: Number(vcpus) }),
  VOLUME: ({ size_gb }) => ({ volumes: 1, volume_gib: Number(size_gb) }),
  SNAPSHOT: one('snapshots'),
  SNAPSHOT_SCHEDULE: one('snapshot_schedules'),
  VPC: one('vpcs'),
  SUBNET: one('subnets'),
  SECURITY_GROUP: one('security_groups'),
  LOAD_BALANCER: one('load_balancers'),
  SCALING_GROUP: one('scaling_groups'),
  QUEUE: one('queues'),
  TOPIC: one('topics'),
  SUBSCRIPTION: one('subscriptions'),
  FUNCTION: one('functions'),
  CRON_JOB: one('cron_jobs'),
  BATCH_JOB: ({ status }) => ({ batch_jobs: status === 'pending' || status === 'running' ? 1 : 0 }),
};

const read = (database: Database, key: Key): Item | undefined => {
  const image = database.get(tableNames.record, key.pk, key.sk);
  return image && toItem(image);
};

const sums = (records: readonly AnyRecord[]): Map<string, Record<string, number>> => {
  const all = new Map<string, Record<string, number>>();
  for (const record of records) {
    const name = `${record.tenant}\n${record.kind}`;
    const sum = all.get(name) ?? { total: 0 };
    if (!record.deleted_at) sum.total = (sum.total ?? 0) + 1;
    for (const [quota, amount] of Object.entries(usage[record.kind]?.(record) ?? {}))
      sum[`used_${quota}`] = (sum[`used_${quota}`] ?? 0) + amount;
    all.set(name, sum);
  }
  return all;
};

/** Every counter equals a recount of the records. */
export const checkCounters = (
  database: Database,
  records: readonly AnyRecord[],
  tenants: readonly string[],
): string[] => {
  const counted = sums(records);
  return tenants.flatMap((tenant) =>
    [...kindsByName.keys()].flatMap((kind) => {
      const counter = read(database, counterKey(tenant, kind)) ?? {};
      const sum = counted.get(`${tenant}\n${kind}`) ?? {};
      const names = new Set([...Object.keys(counter), ...Object.keys(sum)]);
      return [...names]
        .filter((name) => name === 'total' || name.startsWith('used_'))
        .filter((name) => Number(counter[name] ?? 0) !== (sum[name] ?? 0))
        .map((name) => `${kind} of ${tenant}: ${name} is ${counter[name]}, a recount says ${sum[name] ?? 0}`);
    }),
  );
};

/** Every unique name has its one holder, and no name is kept for what is gone. */
export const checkNames = (database: Database, records: readonly AnyRecord[]): string[] => {
  const wrong: string[] = [];
  const held = new Set<string>();
  for (const record of records) {
    const kind = kindsByName.get(record.kind);
    if (kind?.names !== 'unique' || record.deleted_at) continue;
    const scope = kind.nameScope?.(record);
    const guards = [...database.images(tableNames.record)].filter(
      (image) =>
        textOf(image.pk) === nameGuardKey(record.tenant, record.kind, '').pk &&
        textOf(image.id) === record.id,
    );
    if (guards.length !== 1)
      wrong.push(`${record.kind} ${record.id} ${scope ?? ''} ${record.name} has ${guards.length} names`);
    for (const guard of guards) held.add(`${textOf(guard.pk)}\n${textOf(guard.sk)}`);
  }
  for (const image of database.images(tableNames.record))
    if (textOf(image.pk).endsWith('#NAME') && !held.has(`${textOf(image.pk)}\n${textOf(image.sk)}`))
      wrong.push(
        `the name ${textOf(image.pk)} ${textOf(image.sk)} is kept for ${textOf(image.id)}, which has it no more`,
      );
  return wrong;
};
