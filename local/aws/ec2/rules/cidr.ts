import ipaddr from 'ipaddr.js';

/** An IPv4 range: its first address as a number and how many addresses it holds. */
export interface CidrBlock {
  first: number;
  size: number;
  prefix: number;
}

const octet = /^(0|[1-9]\d{0,2})$/;

/** The number of a dotted address, or undefined when it isn't one. */
export const parseAddress = (text: string): number | undefined => {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((part) => octet.test(part) && Number(part) <= 255))
    return undefined;
  return octets.reduce((sum, part) => sum * 256 + Number(part), 0);
};

export const formatAddress = (address: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Parses `10.0.0.0/24`; host bits are cleared, as EC2 does. */
export const parseCidr = (text: string): CidrBlock | undefined => {
  const [address, prefixText, ...rest] = text.split('/');
  if (address === undefined || prefixText === undefined || rest.length > 0) return undefined;
  const number = parseAddress(address);
  if (number === undefined || !/^\d{1,2}$/.test(prefixText) || Number(prefixText) > 32) return undefined;
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  return { first: number - (number % size), size, prefix };
};

export const formatCidr = ({ first, prefix }: CidrBlock): string => `${formatAddress(first)}/${prefix}`;

export const containsBlock = (outer: CidrBlock, inner: CidrBlock): boolean =>
  inner.first >= outer.first && inner.first + inner.size <= outer.first + outer.size;

export const overlaps = (one: CidrBlock, other: CidrBlock): boolean =>
  one.first < other.first + other.size && other.first < one.first + one.size;

/** `2001:DB8::9/32` → `2001:db8::/32`: host bits cleared, in the text form of RFC 5952; undefined for what is none. */
export const canonicalCidrIpv6 = (text: string): string | undefined => {
  const prefix = text.split('/')[1] ?? '';
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || text.includes('%') || !ipaddr.IPv6.isValidCIDR(text))
    return undefined;
  return `${ipaddr.IPv6.networkAddressFromCIDR(text).toRFC5952String()}/${prefix}`;
};
