import * as z from 'zod/mini';
import { blockOf, overlaps, readBlock } from '../../platform/ipv4-block.ts';
import { ResourceName } from '../../platform/resource-name.ts';

/** `active` is contract section 4; `ERROR` is what AWS refused to make. */
export const VpcStatus = z.enum(['active', 'ERROR']);
export type VpcStatus = z.infer<typeof VpcStatus>;

/** AWS allows these: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html */
export const shortestPrefix = 16;
export const longestPrefix = 28;

/** Special-use ranges that no machine's address can be of (RFC 6890, RFC 5771): this host, loopback, link-local, multicast. */
const unusableRanges = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'];

/** The range of a VPC or subnet: an IPv4 block of /16 to /28 without host bits, of addresses that a machine can have. */
export const CidrBlock = z.string().check(
  z.superRefine((text, context) => {
    const block = readBlock(text);
    if ('problem' in block) context.addIssue(block.problem);
    else if (block.prefix < shortestPrefix || block.prefix > longestPrefix)
      context.addIssue(`must be a block of /${shortestPrefix} to /${longestPrefix}`);
    else {
      const unusable = unusableRanges.find((range) => overlaps(block, blockOf(range)));
      if (unusable) context.addIssue(`no network can have addresses of ${unusable}`);
    }
  }),
);

/** A network of one tenant, as the contract shows it. */
export const Vpc = z.object({
  id: z.string(),
  user_id: z.string(),
  name: z.string(),
  cidr_block: z.string(),
  network_id: z.string(),
  vxlan_id: z.int(),
  status: VpcStatus,
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  arn: z.string(),
  /** The VPC on AWS, once there is one. */
  provider_id: z.optional(z.string()),
  created_at: z.string(),
});
export type Vpc = z.infer<typeof Vpc>;

export const defaultCidrBlock = '10.0.0.0/16';

export const CreateVpc = z.object({
  name: ResourceName,
  /** The contract's clients send `""` or null where none is given. */
  cidr_block: z.pipe(
    z.pipe(
      z.nullish(z.string()),
      z.transform((text) => text || defaultCidrBlock),
    ),
    CidrBlock,
  ),
});
export type CreateVpc = z.infer<typeof CreateVpc>;

/** What may change on a VPC that is there; anything else is refused by name. */
export const UpdateVpc = z.strictObject({ name: ResourceName });
export type UpdateVpc = z.infer<typeof UpdateVpc>;

export const VpcMessage = z.object({ message: z.string() });
