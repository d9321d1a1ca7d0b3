import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
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
