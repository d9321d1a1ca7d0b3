import type { Tables, Write } from '../../platform/table/types.ts';

/** A group whose instances' metrics are collected each minute. */
export interface MeteredGroup {
  tenant: string;
  /** Id of the `SCALING_GROUP`. */
  group: string;
}

/** A metered group as it is listed. */
export interface MeteredEntry extends MeteredGroup {
  /** Whether the memory of its instances is collected beside their CPU: it costs as much again. */
  memory: boolean;
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

/**
 * Has a group's metrics collected from the next minute on. Goes with each new policy of the group; safe to repeat. The
 * memory may be left out where no policy asks for it.
 */
export const startMetering = (
  metered: MeteredGroup,
  { memory = true }: { memory?: boolean } = {},
): Write => ({
  put: { ...meteredKey(metered), memory },
});

/** Ends it. Goes with the last policy, or with the group; safe to repeat. */
export const stopMetering = (metered: MeteredGroup): Write => ({ delete: meteredKey(metered) });

/** All metered groups of one shard, 0 to `meteredShards` − 1. Entries are below 100 bytes. */
export const meteredGroups = async (
  tables: Pick<Tables, 'query'>,
  shard: number,
  signal?: AbortSignal,
): Promise<MeteredEntry[]> => {
  const found: MeteredEntry[] = [];
  const items = tables.query({ partition: partitionOf(shard), project: ['sk', 'memory'], signal });
  for await (const { sk, memory } of items) {
    const [tenant = '', group = ''] = (sk as string).split('#');
    found.push({ tenant, group, memory: memory !== false });
  }
  return found;
};

/** Which of these groups are metered, by group id. */
export const whichAreMetered = async (
  tables: Pick<Tables, 'batchGet'>,
  groups: readonly MeteredGroup[],
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> => {
  const items = await tables.batchGet(groups.map(meteredKey), { project: ['sk'], signal });
  return new Set(items.map(({ sk }) => (sk as string).split('#')[1] ?? ''));
};
