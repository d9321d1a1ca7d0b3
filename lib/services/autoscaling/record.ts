import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { Policy, ScheduledAction } from './rule-schema.ts';
import { GroupStatus, type ScalingGroup } from './schema.ts';

/** Why and how far a member is on its way out. */
export const Leaving = z.object({
  since: z.string(),
  reason: z.string(),
  /** The balancer's generation from which on the member is no target; draining begins when the balancer has reached it. */
  lb_generation: z.optional(z.int()),
  /** When its requests have ended, RFC 3339; it is terminated then. */
  until: z.optional(z.string()),
});
export type Leaving = z.infer<typeof Leaving>;

/** What a group knows of an instance of its own; kept under the instance's id. */
export const MemberRecord = z.object({
  launched_at: z.string(),
  /** As it was launched, to be told from what the group launches now. */
  image: z.string(),
  /** When it was first seen running, RFC 3339: it has joined the balancer with that. Absent while it starts. */
  in_service_at: z.optional(z.string()),
  /** A scale-in leaves it alone. */
  protected: z.optional(z.boolean()),
  leaving: z.optional(Leaving),
});
export type MemberRecord = z.infer<typeof MemberRecord>;

/** A policy; kept in its group's record, as every evaluation needs both. */
export const PolicyRecord = z.omit(Policy, { scaling_group_id: true });
export type PolicyRecord = z.infer<typeof PolicyRecord>;

/** A change of the group's size that falls due at a time; kept in its group's record too. */
export const ScheduledRecord = z.omit(ScheduledAction, { scaling_group_id: true });
export type ScheduledRecord = z.infer<typeof ScheduledRecord>;

/** An activity that has not come to its end. */
export const OpenActivity = z.object({
  id: z.string(),
  /** Whether it changes the size: until it is done, and its instances were measured, no policy decides again. */
  scales: z.boolean(),
});
export type OpenActivity = z.infer<typeof OpenActivity>;

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const ScalingGroupRecord = z.object({
  ...reconciledFields,
  status: GroupStatus,
  desired_status: z.optional(GroupStatus),

  idempotency_key: z.optional(z.string()),
  vpc_id: z.string(),
  load_balancer_id: z.optional(z.string()),
  image: z.string(),
  ports: z.optional(z.string()),
  instance_type: z.string(),
  subnet_id: z.optional(z.string()),
  security_group_ids: z.optional(z.array(z.string())),
  tags: z.optional(z.record(z.string(), z.string())),
  health_grace_sec: z.int(),
  /** Its owner's zone, where an administrator has set one. */
  home_zone: z.optional(z.string()),

  min_instances: z.int(),
  max_instances: z.int(),
  desired_count: z.int(),
  /** By instance id; at most 20, and those that are leaving. */
  members: z.record(z.string(), MemberRecord),
  failure_count: z.int(),
  last_failure_at: z.optional(z.string()),
  /** Why it failed; safe to show. */
  last_failure: z.optional(z.string()),

  policies: z.array(PolicyRecord),
  scheduled: z.array(ScheduledRecord),
  open_activities: z.array(OpenActivity),
  /** When the latest change of its size was done, RFC 3339: only what was measured later says whether it was enough. */
  scaled_at: z.optional(z.string()),
});
export type ScalingGroupRecord = z.infer<typeof ScalingGroupRecord> & Reconciled;

export const scalingGroupKind: ResourceKind<ScalingGroupRecord> = {
  kind: 'SCALING_GROUP',
  label: 'scaling group',
  schema: ScalingGroupRecord as unknown as ResourceKind<ScalingGroupRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

/** What a group takes of its tenant's quotas until it is empty and gone. */
export const scalingGroupUsage = { scaling_groups: 1 } as const;

/** Those that count: of the group, and not on their way out. */
export const currentCount = ({ members }: Pick<ScalingGroupRecord, 'members'>): number =>
  Object.values(members).filter(({ leaving }) => !leaving).length;

/** The contract's view of a record. */
export const scalingGroupOf = (record: ScalingGroupRecord): ScalingGroup => ({
  ...record,
  current_count: currentCount(record),
});

/** The contract's view of a policy. */
export const policyOf = (policy: PolicyRecord, groupId: string): Policy => ({
  ...policy,
  scaling_group_id: groupId,
});

export const scheduledActionOf = (action: ScheduledRecord, groupId: string): ScheduledAction => ({
  ...action,
  scaling_group_id: groupId,
});

/**
 * Whether what there is is what is wanted, as far as the record knows: nobody starts, leaves, or is too few. Protected
 * members beyond the count are as near to it as a group can come.
 */
export const isSettled = (
  record: Pick<ScalingGroupRecord, 'members' | 'desired_count' | 'open_activities'>,
): boolean => {
  const members = Object.values(record.members);
  const tooMany = currentCount(record) - record.desired_count;
  return (
    record.open_activities.length === 0 &&
    (tooMany === 0 || (tooMany > 0 && members.every((member) => member.protected))) &&
    members.every(({ in_service_at, leaving }) => in_service_at && !leaving)
  );
};
