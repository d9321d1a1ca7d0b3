import { invalid } from '../../platform/errors/index.ts';
import { parseId } from '../../platform/ids.ts';
import { partitionOf } from '../../platform/table/keys.ts';
import type { Item, Key, Tables, Write } from '../../platform/table/types.ts';
import { Activity, type ActivityOutcome } from './activity-schema.ts';
import type { OpenActivity, ScalingGroupRecord } from './record.ts';
import { scalingGroupKind } from './record.ts';

/** Six weeks, as AWS keeps them:
 *  https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-view-activities.html */
const keptSeconds = 42 * 86_400;

type Owner = Pick<ScalingGroupRecord, 'tenant' | 'id'>;

const activitiesPartition = ({ tenant, id }: Owner): string =>
  `${partitionOf(tenant, scalingGroupKind.kind)}#${id}#ACTIVITIES`;

const activityKey = (group: Owner, id: string): Key => ({
  table: 'ephemeral',
  pk: activitiesPartition(group),
  sk: id,
});

export interface NewActivity {
  /** A UUIDv7: activities lie in the order of their beginning. */
  id: string;
  cause: string;
  from: number;
  to: number;
  /** Where it has ended already. */
  outcome?: Exclude<ActivityOutcome, 'in_progress'>;
  reason?: string;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** An activity as part of the transaction that begins it. Conditional on nothing: its id is new. */
export const beginActivity = (group: Owner, activity: NewActivity, now: number): Write => {
  const { id, outcome = 'in_progress', ...rest } = activity;
  return {
    put: {
      ...activityKey(group, id),
      ...rest,
      outcome,
      started_at: iso(now),
      ...(activity.outcome && { completed_at: iso(now) }),
      expires_at: Math.ceil(now / 1_000) + keptSeconds,
    },
  };
};

/** The ends of activities as part of the transaction in which they end. */
export const endActivities = (
  group: Owner,
  activities: readonly OpenActivity[],
  outcome: Exclude<ActivityOutcome, 'in_progress'>,
  now: number,
  reason?: string,
): Write[] =>
  activities.map(({ id }) => ({
    update: activityKey(group, id),
    set: {
      outcome,
      completed_at: iso(now),
      reason,
      expires_at: Math.ceil(now / 1_000) + keptSeconds,
    },
  }));

const activityOf = (group: Owner, { sk, pk: _, expires_at: __, ...item }: Item): Activity =>
  Activity.parse({ ...item, id: sk, scaling_group_id: group.id });

/**
 * What a group did, newest first. Whether the group is the tenant's is the caller's to check.
 * @param options `limit` 1 to 100; `cursor` as given with the page before
 * @throws CloudError `INVALID_INPUT` for a cursor that no page gave
 */
export const listActivities = async (
  tables: Pick<Tables, 'queryPage'>,
  group: Owner,
  { limit, cursor, signal }: { limit: number; cursor?: string; signal?: AbortSignal },
): Promise<{ items: Activity[]; nextCursor?: string }> => {
  if (cursor !== undefined && !parseId(cursor)) throw invalid('cursor', 'is not one that a page has given');
  const { items: found } = await tables.queryPage({
    table: 'ephemeral',
    partition: activitiesPartition(group),
    descending: true,
    limit: limit + 1,
    signal,
    ...(cursor !== undefined && { sort: { before: cursor } }),
  });
  const items = found.slice(0, limit).map((item) => activityOf(group, item));
  const last = items.at(-1);
  return last && found.length > limit ? { items, nextCursor: last.id } : { items };
};
