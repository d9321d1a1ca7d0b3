import { blockOf, formatBlock, overlaps } from '../../platform/ipv4-block.ts';

/**
 * Ranges that balancers stand in, both of the shared address space (RFC 6598): the only one that AWS lets a VPC of any range
 * add: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 */
const first = '100.64.0.0/24';
const other = '100.127.255.0/24';

/** The range of a VPC's balancer subnets: one that is not its own. */
export const balancerBlockFor = ({ cidr_block }: { cidr_block: string }): string =>
  overlaps(blockOf(cidr_block), blockOf(first)) ? other : first;

/** Its halves, one for each of two zones: an ALB wants a /27 at least, with eight free addresses. */
export const halvesOf = (block: string): [string, string] => {
  const { first: address, size } = blockOf(block);
  return [
    formatBlock({ first: address, prefix: 25 }),
    formatBlock({ first: address + size / 2, prefix: 25 }),
  ];
};
