import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import {
  Algorithm,
  HealthCheck,
  type LoadBalancer,
  LoadBalancerStatus,
  type Target,
  TargetHealth,
} from './schema.ts';

/** A target as kept in its balancer's record, under its instance's id. */
export const TargetRecord = z.object({
  id: z.string(),
  port: z.int(),
  weight: z.int(),
  health: TargetHealth,
});
export type TargetRecord = z.infer<typeof TargetRecord>;

/** The target group of one weight. Written down before it is asked for, so that none is forgotten. */
export const GroupRecord = z.object({
  weight: z.int(),
  /** Its ARN, once it is known. */
  id: z.optional(z.string()),
  /** The settings that it was last given, as `settingsOf` writes them. */
  settings: z.optional(z.string()),
});
export type GroupRecord = z.infer<typeof GroupRecord>;

/** Where the balancer is made, written down before anything is asked for: a repeat must ask for the same. */
export const BalancerNetwork = z.object({
  /** EC2's id of the VPC. */
  vpc_id: z.string(),
  /** The VPC's range, which an internal balancer is open to. */
  cidr_block: z.string(),
  /** EC2's ids of the balancer subnets, in two zones. */
  subnet_ids: z.array(z.string()),
});
export type BalancerNetwork = z.infer<typeof BalancerNetwork>;

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const LoadBalancerRecord = z.object({
  ...reconciledFields,
  status: LoadBalancerStatus,
  desired_status: z.optional(LoadBalancerStatus),

  idempotency_key: z.optional(z.string()),
  vpc_id: z.string(),
  port: z.int(),
  algorithm: Algorithm,
  internal: z.optional(z.boolean()),
  certificate_arn: z.optional(z.string()),
  health_check: HealthCheck,
  draining_seconds: z.int(),
  /** By instance id. */
  targets: z.record(z.string(), TargetRecord),

  network: z.optional(BalancerNetwork),
  /** EC2's id of the balancer's own security group. */
  security_group: z.optional(z.string()),
  /** The balancer's ARN, and when it was first known, RFC 3339. */
  provider_id: z.optional(z.string()),
  provided_at: z.optional(z.string()),
  dns_name: z.optional(z.string()),
  groups: z.optional(z.array(GroupRecord)),
});
export type LoadBalancerRecord = z.infer<typeof LoadBalancerRecord> & Reconciled;

export const loadBalancerKind: ResourceKind<LoadBalancerRecord> = {
  kind: 'LOAD_BALANCER',
  label: 'load balancer',
  absent: 'LB_NOT_FOUND',
  schema: LoadBalancerRecord as unknown as ResourceKind<LoadBalancerRecord>['schema'],
  names: 'none',
  reconciled: true,
};

/** What a balancer takes of its tenant's quotas until the cloud says that it is gone. */
export const usage = { load_balancers: 1 } as const;

/** The contract's view of a record. */
export const loadBalancerOf = (record: LoadBalancerRecord): LoadBalancer => ({
  ...record,
  desired_status: record.desired_status === record.status ? undefined : record.desired_status,
  internal: record.internal ?? false,
});

/** The contract's view of the targets, oldest first. */
export const targetsOf = (record: LoadBalancerRecord): Target[] =>
  Object.entries(record.targets)
    .map(([instance_id, target]) => ({ ...target, lb_id: record.id, instance_id }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

/** The distinct weights of the targets, ascending; a balancer without targets has one group all the same. */
export const weightsOf = ({ targets }: Pick<LoadBalancerRecord, 'targets'>): number[] => {
  const weights = new Set(Object.values(targets).map(({ weight }) => weight));
  return weights.size === 0 ? [1] : [...weights].sort((a, b) => a - b);
};
