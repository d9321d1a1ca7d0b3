import * as z from 'zod/mini';
import { ResourceName } from '../../platform/resource-name.ts';
import { CidrBlock } from '../vpcs/schema.ts';

/** `available` is contract section 4; `ERROR` is what AWS refused to make. */
export const SubnetStatus = z.enum(['available', 'ERROR']);
export type SubnetStatus = z.infer<typeof SubnetStatus>;

/** A range of a VPC in one zone, as the contract shows it. */
export const Subnet = z.object({
  id: z.string(),
  user_id: z.string(),
  vpc_id: z.string(),
  name: z.string(),
  cidr_block: z.string(),
  availability_zone: z.string(),
  /** The address after the first one: the contract's router, and AWS's. */
  gateway_ip: z.string(),
  arn: z.string(),
  status: SubnetStatus,
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  /** Whether its instances get a public address and a route to the internet. */
  public: z.boolean(),
  /** Addresses that instances may still take; shown for a single subnet. */
  available_ip_count: z.optional(z.int()),
  /** The subnet on AWS, once there is one. */
  provider_id: z.optional(z.string()),
  created_at: z.string(),
});
export type Subnet = z.infer<typeof Subnet>;

export const CreateSubnet = z.object({
  name: ResourceName,
  /** Within the VPC's range, over no other subnet's. */
  cidr_block: CidrBlock,
  /** Left out: the tenant's home zone. A zone of another region stands for the one with the same letter here. */
  availability_zone: z.nullish(z.string().check(z.maxLength(64))),
  /** Without it instances reach nothing outside of their VPC: the platform makes no NAT gateway. */
  public: z._default(z.boolean(), true),
});
export type CreateSubnet = z.infer<typeof CreateSubnet>;

export const SubnetMessage = z.object({ message: z.string() });
