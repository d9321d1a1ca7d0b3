import type { NewId } from '../../platform/ids.ts';
import type { LifecycleEvent } from '../../platform/table/resource.ts';
import type { Write } from '../../platform/table/types.ts';
import { beginActivity, endActivities } from './activities.ts';
import { currentCount, type ScalingGroupRecord } from './record.ts';

type Sizes = Pick<ScalingGroupRecord, 'min_instances' | 'max_instances' | 'desired_count'>;

export interface Moment {
  now: number;
  newId: NewId;
}

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** Part of a change of what a group is to be: the record's part, and what goes into the same transaction. */
export interface Resized {
  set: Partial<ScalingGroupRecord>;
  extra: Write[];
}

/**
 * A group's new size, with the activity that tells of it. What was under way to another size is cancelled by it;
 * replacements go on. Only sizes that differ from the present ones make an activity.
 */
export const resize = (
  group: ScalingGroupRecord,
  sizes: Sizes,
  cause: string,
  { now, newId }: Moment,
): Resized => {
  if (sizes.desired_count === group.desired_count) return { set: sizes, extra: [] };
  const replaced = group.open_activities.filter(({ scales }) => scales);
  const id = newId();
  const activity = { id, cause, from: currentCount(group), to: sizes.desired_count };
  return {
    set: {
      ...sizes,
      open_activities: [...group.open_activities.filter(({ scales }) => !scales), { id, scales: true }],
    },
    extra: [
      ...endActivities(group, replaced, 'cancelled', now, `replaced by: ${cause}`),
      beginActivity(group, activity, now),
    ],
  };
};

/** The event of a change of size that no user asked for: `scale_out` or `scale_in`, as the contract's events name them. */
export const scalingEvent = (
  group: ScalingGroupRecord,
  to: number,
  now: number,
): LifecycleEvent | undefined => {
  if (to === group.desired_count) return undefined;
  const action = to > group.desired_count ? 'scale_out' : 'scale_in';
  const id = `${group.id}:${group.version}:${action}`;
  return { id, action_id: id, action, phase: 'requested', at: iso(now), besides: true };
};
