import type { Tables, Write } from '../../platform/table/types.ts';

/** A group whose instances' metrics are collected each minute. */
export interface MeteredGroup {
  tenant: string;
  /** Id of the `SCALING_GROUP`. */
  group: string;
}

/** The list takes 16 × 1,000 changes a second, and is read by up to 16 readers at once. */
export const meteredShards = 16;

/** The last digit of an id is random. */
const shardOf = (group: string): number => (Number.parseInt(group.slice(-1), 16) || 0) % meteredShards;

const partitionOf = (shard: number): string => `METERED#${shard}`;

export const meteredKey = ({ tenant, group }: MeteredGroup) => ({
  pk: partitionOf(shardOf(group)),
  sk: `${tenant}#${group}`,
});

/** Has a group's metrics collected from the next minute on. Goes with the group's first policy; safe to repeat. */
export const startMetering = (metered: MeteredGroup): Write => ({ put: { ...meteredKey(metered) } });

/** Ends it. Goes with the last policy, or with the group; safe to repeat. */
export const stopMetering = (metered: MeteredGroup): Write => ({ delete: meteredKey(metered) });

/** All metered groups of one shard, 0 to `meteredShards` − 1. Entries are below 100 bytes. */
export const meteredGroups = async (
  tables: Tables,
  shard: number,
  signal?: AbortSignal,
): Promise<MeteredGroup[]> => {
  const found: MeteredGroup[] = [];
  for await (const { sk } of tables.query({ partition: partitionOf(shard), project: ['sk'], signal })) {
    const [tenant = '', group = ''] = (sk as string).split('#');
    found.push({ tenant, group });
  }
  return found;
};
