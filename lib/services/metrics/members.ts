import * as z from 'zod/mini';
import { resourceKey } from '../../platform/table/keys.ts';
import type { Item, Tables } from '../../platform/table/types.ts';
import type { MeteredGroup } from './metered.ts';

/** A running instance of a group, and the machine behind it. */
export interface Member {
  instance: string;
  machineId: string;
}

/** What is read of a group's record: the instances that it knows of. */
const GroupItem = z.object({
  /** By instance id; what is on its way out counts no more. */
  members: z.optional(z.record(z.string(), z.object({ leaving: z.optional(z.unknown()) }))),
  deleted_at: z.optional(z.string()),
});

const keyOf = ({ pk, sk }: Item): string => `${pk} ${sk}`;

const idOf = (...resource: Parameters<typeof resourceKey>): string => keyOf({ ...resourceKey(...resource) });

const remaining = (members: Record<string, { leaving?: unknown }>): string[] =>
  Object.entries(members).flatMap(([id, { leaving }]) => (leaving ? [] : [id]));

/** The running members of groups, by group id; none of a group that is gone. Two batches of reads, however many groups. */
export const readMembers = async (
  tables: Pick<Tables, 'batchGet'>,
  groups: readonly MeteredGroup[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly Member[]>> => {
  const records = await tables.batchGet(
    groups.map(({ tenant, group }) => resourceKey(tenant, 'SCALING_GROUP', group)),
    { project: ['pk', 'sk', 'members', 'deleted_at'], signal },
  );
  const byKey = new Map(records.map((record) => [keyOf(record), record]));
  const idsOf = ({ tenant, group }: MeteredGroup): string[] => {
    const { success, data } = z.safeParse(GroupItem, byKey.get(idOf(tenant, 'SCALING_GROUP', group)));
    return success && !data.deleted_at ? remaining(data.members ?? {}) : [];
  };
  const idsByGroup = new Map(groups.map((group) => [group, idsOf(group)]));
  const instances = await tables.batchGet(
    [...idsByGroup].flatMap(([{ tenant }, ids]) => ids.map((id) => resourceKey(tenant, 'INSTANCE', id))),
    { project: ['pk', 'sk', 'status', 'container_id', 'deleted_at'], signal },
  );
  const running = new Map(
    instances
      .filter(({ status, deleted_at }) => status === 'RUNNING' && !deleted_at)
      .map((instance) => [keyOf(instance), instance.container_id as string | undefined]),
  );
  return new Map(
    [...idsByGroup].map(([{ tenant, group }, ids]) => [
      group,
      ids.flatMap((instance): Member[] => {
        const machineId = running.get(idOf(tenant, 'INSTANCE', instance));
        return machineId ? [{ instance, machineId }] : [];
      }),
    ]),
  );
};
