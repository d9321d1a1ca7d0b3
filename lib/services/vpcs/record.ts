import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Vpc, VpcStatus } from './schema.ts';

/** A subnet that balancers stand in. */
export const BalancerSubnet = z.object({
  /** EC2's id. */
  id: z.string(),
  zone: z.string(),
});
export type BalancerSubnet = z.infer<typeof BalancerSubnet>;

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const VpcRecord = z.object({
  ...reconciledFields,
  status: VpcStatus,
  cidr_block: z.string(),
  /** EC2's VPC, its gateway, and the route table of its public subnets, each once it is there. */
  provider_id: z.optional(z.string()),
  gateway_id: z.optional(z.string()),
  route_table_id: z.optional(z.string()),
  /** When the latest of them was made, RFC 3339: EC2 may not show it yet. */
  made_at: z.optional(z.string()),
  /** Steps that are done. */
  has_dns_hostnames: z.optional(z.boolean()),
  is_attached: z.optional(z.boolean()),
  is_routed: z.optional(z.boolean()),
  /** Whether a balancer stands in it, or did: then it has subnets for them. */
  balancer_network_wanted: z.optional(z.boolean()),
  /** The range of these subnets, once EC2 was asked to add it. */
  balancer_block: z.optional(z.string()),
  /** Those that are made already, while others are not. */
  balancer_parts: z.optional(z.array(BalancerSubnet)),
  /** Present once all of them are there, in different zones. */
  balancer_subnets: z.optional(z.array(BalancerSubnet)),
  /** Steps of its end that are done: its subnets and groups were told to go, and the platform's own groups are gone. */
  is_emptied: z.optional(z.boolean()),
  is_ungrouped: z.optional(z.boolean()),
});
export type VpcRecord = z.infer<typeof VpcRecord> & Reconciled;

export const vpcKind: ResourceKind<VpcRecord> = {
  kind: 'VPC',
  label: 'vpc',
  schema: VpcRecord as unknown as ResourceKind<VpcRecord>['schema'],
  names: 'unique',
  reconciled: true,
};

/** What a VPC takes of its tenant's quotas until EC2 says that it is gone. */
export const vpcUsage = { vpcs: 1 } as const;

/** The contract's view of a record (2.6): bridge and VXLAN are names that it derives from the id. */
export const vpcOf = (record: VpcRecord): Vpc => ({
  ...record,
  network_id: `br-vpc-${record.id.slice(0, 8)}`,
  vxlan_id: Number.parseInt(record.id.slice(0, 2), 16) + 100,
  arn: `arn:thecloud:vpc:local:${record.user_id}:vpc/${record.id}`,
});
