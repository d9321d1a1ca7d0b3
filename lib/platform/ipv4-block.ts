/** A range of IPv4 addresses in CIDR notation. */
export interface Ipv4Block {
  /** Its first address, as a number. */
  first: number;
  /** How many addresses it holds. */
  size: number;
  /** 0 to 32. */
  prefix: number;
}

const octet = /^(0|[1-9]\d{0,2})$/;

/** The number of a dotted address, or `undefined` where the text is none. */
export const parseIpv4 = (text: string): number | undefined => {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((part) => octet.test(part) && Number(part) <= 255))
    return undefined;
  return octets.reduce((sum, part) => sum * 256 + Number(part), 0);
};

/** @param address from 0 up to 2³² */
export const formatIpv4 = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

export const formatBlock = ({ first, prefix }: Pick<Ipv4Block, 'first' | 'prefix'>): string =>
  `${formatIpv4(first)}/${prefix}`;

/** The block of the given length that an address lies in. */
export const blockAround = (address: number, prefix: number): Ipv4Block => {
  const size = 2 ** (32 - prefix);
  return { first: address - (address % size), size, prefix };
};

/**
 * Reads `10.0.0.0/24`, or says what is wrong with it: a block has no host bits, as two spellings of one range would be
 * taken for two ranges.
 */
export const readBlock = (text: string): Ipv4Block | { problem: string } => {
  const [address = '', length = '', ...rest] = text.split('/');
  const number = parseIpv4(address);
  if (number === undefined || rest.length > 0 || !/^(0|[1-9]\d?)$/.test(length) || Number(length) > 32)
    return { problem: 'must be an IPv4 block, for example 10.0.0.0/16' };
  const block = blockAround(number, Number(length));
  if (block.first !== number)
    return { problem: `has host bits; the block of this length is ${formatBlock(block)}` };
  return block;
};

/** A block that is known to be well formed. @throws Error for any other text */
export const blockOf = (text: string): Ipv4Block => {
  const block = readBlock(text);
  if ('problem' in block) throw new Error(`${text} ${block.problem}`);
  return block;
};

export const contains = (outer: Ipv4Block, inner: Ipv4Block): boolean =>
  inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;

export const overlaps = (one: Ipv4Block, other: Ipv4Block): boolean =>
  one.first < other.first + other.size && other.first < one.first + one.size;

/** The first block of this length within `outer` that overlaps none of `taken`, or `undefined` where there is none. */
export const firstFree = (
  outer: Ipv4Block,
  prefix: number,
  taken: readonly Ipv4Block[],
): Ipv4Block | undefined => {
  const end = outer.first + outer.size;
  let candidate = blockAround(outer.first, prefix);
  while (candidate.first + candidate.size <= end) {
    const { first, size } = candidate;
    const inTheWay = taken.find((other) => overlaps(candidate, other));
    if (!inTheWay) return candidate;
    const next = Math.max(first + size, inTheWay.first + inTheWay.size);
    candidate = { first: Math.ceil(next / size) * size, size, prefix };
  }
  return undefined;
};

/** AWS keeps the first four addresses and the last one of each subnet:
 *  https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export const reservedAddresses = 5;

/** Whether an address of the block may be given to a machine. */
export const isUsable = ({ first, size }: Ipv4Block, address: number): boolean =>
  address >= first + reservedAddresses - 1 && address < first + size - 1;
