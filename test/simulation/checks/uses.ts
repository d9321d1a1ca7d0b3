import { toItem } from '../../../lib/platform/table/values.ts';
import type { Database } from '../table/database.ts';
import { tableNames } from '../table/schema.ts';
import { textOf } from '../table/values.ts';
import type { AnyRecord } from './records.ts';

interface Uses {
  live: number;
  held: number;
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value : []);

/** How often each thing that others are placed in or refer to is used, counted independently of the platform. */
const recount = (records: readonly AnyRecord[]): Map<string, Uses> => {
  const all = new Map<string, Uses>();
  const use = (kind: string, id: unknown, held = 0): void => {
    if (typeof id !== 'string') return;
    const { live, held: before } = all.get(`${kind} ${id}`) ?? { live: 0, held: 0 };
    all.set(`${kind} ${id}`, { live: live + 1, held: before + held });
  };
  for (const record of records) {
    if (record.kind === 'INSTANCE') {
      use('SUBNET', record.subnet_id, 1);
      for (const id of list(record.security_group_ids)) use('SECURITY_GROUP', id);
    }
    if (record.kind === 'LOAD_BALANCER' || record.kind === 'SCALING_GROUP') use('VPC', record.vpc_id);
    if (record.kind === 'VOLUME' && record.restoring) use('SNAPSHOT', record.snapshot_id);
  }
  return all;
};

/** What is said to be used is used just as often, and nothing holds a place of what is gone. */
export const checkUses = (database: Database, records: readonly AnyRecord[]): string[] => {
  const counted = recount(records);
  const ids = new Set(records.map(({ kind, id }) => `${kind} ${id}`));
  const wrong: string[] = [];
  for (const image of database.images(tableNames.record)) {
    const kind = /^T#[^#]+#([A-Z_]+)#USES$/.exec(textOf(image.pk))?.[1];
    if (!kind) continue;
    const name = `${kind} ${textOf(image.sk)}`;
    const { live = 0, held = 0 } = toItem(image) as Partial<Uses>;
    const { live: users, held: places } = counted.get(name) ?? { live: 0, held: 0 };
    if (!ids.has(name)) wrong.push(`uses of ${name} are counted, which is gone`);
    else if (live !== users || (kind === 'SUBNET' && held !== places))
      wrong.push(
        `${name} is said to have ${live} users and ${held} places taken; a recount says ${users} and ${places}`,
      );
  }
  return wrong;
};

/** No two machines of a network have one address, and a named address is kept for who has it. */
export const checkAddresses = (database: Database, records: readonly AnyRecord[]): string[] => {
  const wrong: string[] = [];
  const holders = new Map<string, string>();
  for (const { kind, id, subnet_id, private_ip, status } of records) {
    if (kind !== 'INSTANCE' || !subnet_id || !private_ip || status === 'ERROR') continue;
    const place = `${subnet_id}#${private_ip}`;
    const other = holders.get(place);
    if (other) wrong.push(`INSTANCE ${id} and INSTANCE ${other} both have ${place}`);
    holders.set(place, id);
  }
  const named = new Set(records.map(({ subnet_id, named_ip }) => `${subnet_id}#${named_ip}`));
  for (const image of database.images(tableNames.record))
    if (textOf(image.pk).endsWith('#SUBNET#ADDRESS') && !named.has(textOf(image.sk)))
      wrong.push(`the address ${textOf(image.sk)} is kept, and nobody has named it`);
  return wrong;
};
