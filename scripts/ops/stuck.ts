import type { Clock } from '../../lib/platform/clock.ts';
import { isAtRest } from '../../lib/platform/lifecycle/settlement.ts';
import { parseResourceKey } from '../../lib/platform/table/keys.ts';
import type { Reconciled } from '../../lib/platform/table/resource.ts';
import type { Tables } from '../../lib/platform/table/types.ts';
import { isStuck, waitsSince } from '../../lib/platform/work/stuck.ts';
import { workPartition, workShards } from '../../lib/platform/work/work-index.ts';

/** Something that is due and did not move. */
export interface Overdue {
  kind: string;
  tenant: string;
  id: string;
  status: string;
  /** What it waits for, or failed for. */
  reason?: string;
  failures: number;
  /** Since when nothing has come of it, RFC 3339. */
  since: string;
  /** For so long that a person should look. */
  stuck: boolean;
}

/** So many of each shard are read: more than a page full is no list, but an incident. */
const perShard = 200;

/** What the work index says is overdue, the longest waiting first. Reads it, and the records that it names. */
export const findOverdue = async (tables: Tables, clock: Clock): Promise<Overdue[]> => {
  const now = clock.now();
  const keys: { pk: string; sk: string }[] = [];
  for (let shard = 0; shard < workShards; shard++) {
    let read = 0;
    // A sweep moves what it sends again two minutes ahead: what comes up then counts as well.
    const sort = { before: new Date(now + 180_000).toISOString() };
    for await (const { pk, sk } of tables.query({ index: 'work', partition: workPartition(shard), sort })) {
      keys.push({ pk: String(pk), sk: String(sk) });
      if (++read === perShard) break;
    }
  }
  const records = await tables.batchGet(keys, { consistent: true });
  return records
    .flatMap((item): Overdue[] => {
      const ref = parseResourceKey({ pk: String(item.pk), sk: String(item.sk) });
      const record = item as unknown as Reconciled;
      const since = waitsSince(record);
      if (!ref || isAtRest(record) || since > now) return [];
      const { status, status_reason: reason, failures } = record;
      return [
        {
          ...ref,
          status,
          reason,
          failures,
          since: new Date(since).toISOString(),
          stuck: isStuck(record, now),
        },
      ];
    })
    .sort((a, b) => (a.since < b.since ? -1 : 1));
};
