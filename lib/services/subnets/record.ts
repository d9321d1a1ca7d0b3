import * as z from 'zod/mini';
import { blockOf, formatIpv4, reservedAddresses } from '../../platform/ipv4-block.ts';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Subnet, SubnetStatus } from './schema.ts';

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const SubnetRecord = z.object({
  ...reconciledFields,
  status: SubnetStatus,
  vpc_id: z.string(),
  cidr_block: z.string(),
  availability_zone: z.string(),
  public: z.boolean(),
  /** EC2's subnet, once there is one. */
  provider_id: z.optional(z.string()),
  /** When it was made, RFC 3339: EC2 may not show it yet. */
  made_at: z.optional(z.string()),
  /** Steps of a public one that are done. */
  maps_public_addresses: z.optional(z.boolean()),
  is_routed: z.optional(z.boolean()),
});
export type SubnetRecord = z.infer<typeof SubnetRecord> & Reconciled;

export const subnetKind: ResourceKind<SubnetRecord> = {
  kind: 'SUBNET',
  label: 'subnet',
  schema: SubnetRecord as unknown as ResourceKind<SubnetRecord>['schema'],
  names: 'unique',
  nameScope: ({ vpc_id }) => vpc_id,
  reconciled: true,
};

/** What a subnet takes of its tenant's quotas until EC2 says that it is gone. */
export const subnetUsage = { subnets: 1 } as const;

/** How many addresses of a subnet instances may have. */
export const capacityOf = ({ cidr_block }: Pick<SubnetRecord, 'cidr_block'>): number =>
  blockOf(cidr_block).size - reservedAddresses;

/** The contract's view of a record. */
export const subnetOf = (record: SubnetRecord): Subnet => ({
  ...record,
  gateway_ip: formatIpv4(blockOf(record.cidr_block).first + 1),
  arn: `arn:thecloud:subnet:local:${record.user_id}:subnet/${record.id}`,
});

/** The subnet as its VPC's address plan has it. */
export const planned = ({ id, name, cidr_block, availability_zone }: SubnetRecord) => ({
  id,
  name,
  cidr_block,
  zone: availability_zone,
});
