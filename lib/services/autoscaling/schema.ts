import * as z from 'zod/mini';
import { inAnyCase } from '../../platform/http/any-case.ts';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';
import { LaunchInstance } from '../instances/schema.ts';

/** Contract section 4; `UPDATING` and `DELETED` are states of the contract that are never shown. */
export const groupStatuses = ['ACTIVE', 'UPDATING', 'DELETING', 'DELETED', 'ERROR'] as const;
export const GroupStatus = z.enum(groupStatuses);
export type GroupStatus = z.infer<typeof GroupStatus>;

/** Contract 2.9. */
export const maxInstances = 20;
export const maxGroupsPerVpc = 5;

/** How long an instance may be unhealthy at its balancer before it is replaced, in seconds: AWS's own default. */
export const defaultHealthGraceSeconds = 300;

/** A scaling group of one tenant, as the contract shows it; the fields below `updated_at` are beyond it. */
export const ScalingGroup = z.object({
  id: z.string(),
  user_id: z.string(),
  idempotency_key: z.optional(z.string()),
  name: z.string(),
  vpc_id: z.string(),
  load_balancer_id: z.optional(z.string()),
  image: z.string(),
  ports: z.optional(z.string()),
  min_instances: z.int(),
  max_instances: z.int(),
  desired_count: z.int(),
  /** Instances that it has, those that are leaving left out. */
  current_count: z.int(),
  status: GroupStatus,
  /** Launches that failed in a row; 5 pause launching for five minutes. */
  failure_count: z.int(),
  last_failure_at: z.optional(z.string()),
  version: z.int(),
  created_at: z.string(),
  updated_at: z.string(),
  /** What it waits for, or why its last launch failed. */
  status_reason: z.optional(z.string()),
  instance_type: z.string(),
  subnet_id: z.optional(z.string()),
  security_group_ids: z.optional(z.array(z.string())),
  tags: z.optional(z.record(z.string(), z.string())),
  /** Seconds after an instance's start in which the balancer's health checks do not count. */
  health_grace_sec: z.int(),
});
export type ScalingGroup = z.infer<typeof ScalingGroup>;

export const integer = (minimum: number, maximum: number) => z.int().check(z.gte(minimum), z.lte(maximum));

const HealthGraceSeconds = integer(0, 7_200);

const Image = z.string().check(z.trim(), z.minLength(1), z.maxLength(256));

/** `""` and null: unset, as the contract's clients send it. */
const IdOrUnset = z.nullish(
  z.pipe(
    z.transform((value) => (value === '' ? undefined : value)),
    z.optional(IdParam),
  ),
);

const { instance_type, security_group_ids, subnet_id, tags, ports } = LaunchInstance.shape;

export const CreateScalingGroup = z
  .object({
    name: ResourceName,
    vpc_id: IdParam,
    load_balancer_id: IdOrUnset,
    image: Image,
    ports,
    min_instances: z._default(integer(0, maxInstances), 0),
    /** 0 counts as missing (contract 1.1). */
    max_instances: integer(1, maxInstances),
    desired_count: integer(1, maxInstances),
    instance_type,
    subnet_id,
    security_group_ids,
    tags,
    health_grace_sec: z._default(HealthGraceSeconds, defaultHealthGraceSeconds),
  })
  .check(
    z.refine(({ min_instances, max_instances }) => min_instances <= max_instances, {
      path: ['min_instances'],
      message: 'must not be more than max_instances',
    }),
    z.refine(({ desired_count, max_instances }) => desired_count <= max_instances, {
      path: ['desired_count'],
      message: 'must not be more than max_instances',
    }),
    z.refine(({ desired_count, min_instances }) => desired_count >= min_instances, {
      path: ['desired_count'],
      message: 'must not be less than min_instances',
    }),
  );
export type CreateScalingGroup = z.infer<typeof CreateScalingGroup>;

const hasChange = (update: Record<string, unknown>): boolean =>
  Object.values(update).some((value) => value !== undefined);

/** What may change on a group that is there; anything else is refused by name. */
export const UpdateScalingGroup = z
  .strictObject({
    min_instances: z.optional(integer(0, maxInstances)),
    max_instances: z.optional(integer(1, maxInstances)),
    desired_count: z.optional(integer(0, maxInstances)),
    /** New launches use it; instances that run stay as they are, and go first when the group shrinks. */
    image: z.optional(Image),
    health_grace_sec: z.optional(HealthGraceSeconds),
  })
  .check(
    z.refine(
      hasChange,
      'min_instances, max_instances, desired_count, image or health_grace_sec must be given',
    ),
  );
export type UpdateScalingGroup = z.infer<typeof UpdateScalingGroup>;

export const GroupFilters = z.object({
  /** In any case. */
  state: z.optional(inAnyCase(GroupStatus)),
});
export type GroupFilters = z.infer<typeof GroupFilters>;
