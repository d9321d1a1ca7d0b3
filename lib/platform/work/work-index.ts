import { partitionOf } from '../table/keys.ts';

/** Shards of the work index: it takes 8 × 1,000 writes a second, and a sweep reads 8 partitions. */
export const workShards = 8;

/** The same resource is always in the same shard; the last digit of an id is random. */
const shardOf = (id: string): number => (Number.parseInt(id.slice(-1), 16) || 0) % workShards;

export const workPartition = (shard: number): string => `W#${shard}`;

/** What places a record in the work index. Sorted by `due`, RFC 3339 in UTC with milliseconds. */
export const workKeys = (
  tenant: string,
  kind: string,
  id: string,
  due: string,
): { wpk: string; wsk: string } => ({
  wpk: workPartition(shardOf(id)),
  wsk: `${due}#${partitionOf(tenant, kind)}#${id}`,
});

/** The attributes above, to be removed from what needs no attention any more. */
export const workAttributes = ['wpk', 'wsk'] as const;
