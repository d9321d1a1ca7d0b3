import { AwsError } from '../../stand-in.ts';
import { type CidrBlock, containsBlock, formatCidr, overlaps, parseCidr } from '../rules/cidr.ts';
import { invalidValue } from '../rules/errors.ts';
import type { VpcBlock, VpcRecord } from '../store/records.ts';

/** All blocks of a VPC, the primary one first. */
export const blocksOf = (vpc: VpcRecord): VpcBlock[] => [
  { associationId: vpc.associationId, cidrBlock: vpc.cidrBlock, state: 'associated' },
  ...(vpc.secondaryBlocks ?? []),
];

/** Those in which subnets may be made, and for which there are local routes. */
export const usableBlocks = (vpc: VpcRecord): string[] =>
  blocksOf(vpc)
    .filter(({ state }) => state === 'associated')
    .map(({ cidrBlock }) => cidrBlock);

const block = (text: string): CidrBlock => {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no CIDR block`);
  return parsed;
};

const isWithin = (inner: CidrBlock, outer: string): boolean => containsBlock(block(outer), inner);
const overlapsAny = (one: CidrBlock, others: readonly string[]): boolean =>
  others.some((other) => overlaps(one, block(other)));

/** Ranges that are nobody's to give out, which no VPC can have. */
const unusable = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];

/**
 * A block that a VPC can have, host bits cleared.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 * @throws InvalidParameterValue, InvalidVpc.Range outside /16 to /28
 */
export const parseVpcBlock = (text: string): CidrBlock => {
  const parsed = parseCidr(text);
  if (!parsed) throw invalidValue(text, 'cidrBlock', 'This is not a valid CIDR block.');
  if (parsed.prefix < 16 || parsed.prefix > 28 || overlapsAny(parsed, unusable))
    throw new AwsError('InvalidVpc.Range', `The CIDR '${text}' is invalid.`);
  return parsed;
};

const [ten, oneSevenTwo, oneNineTwo, benchmark] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '198.19.0.0/16',
];

/** What a VPC whose primary block lies in the first range can't have besides; the last row is for all other ranges. */
const restrictions: readonly [range: string, restricted: readonly string[]][] = [
  ['10.0.0.0/15', ['10.0.0.0/16', oneSevenTwo, oneNineTwo, benchmark]],
  [ten, [oneSevenTwo, oneNineTwo, benchmark]],
  [oneSevenTwo, [ten, oneNineTwo, benchmark, '172.31.0.0/16']],
  [oneNineTwo, [ten, oneSevenTwo, benchmark]],
  [benchmark, [ten, oneSevenTwo, oneNineTwo]],
  ['0.0.0.0/0', [ten, oneSevenTwo, oneNineTwo, benchmark]],
];

/**
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 * @throws InvalidVpc.Conflict for a block that overlaps another of the VPC, InvalidVpc.Range for one that AWS does not
 *   combine with the primary block
 */
export const checkSecondaryBlock = (added: CidrBlock, vpc: VpcRecord): void => {
  const text = formatCidr(added);
  if (
    overlapsAny(
      added,
      blocksOf(vpc).map(({ cidrBlock }) => cidrBlock),
    )
  )
    throw new AwsError('InvalidVpc.Conflict', `The CIDR '${text}' conflicts with another block of the VPC.`);
  const primary = block(vpc.cidrBlock);
  const [, restricted] = restrictions.find(([range]) => isWithin(primary, range)) ?? ['', []];
  if (overlapsAny(added, restricted))
    throw new AwsError(
      'InvalidVpc.Range',
      `The CIDR '${text}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Subnets.html`,
    );
};
