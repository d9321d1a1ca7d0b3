import ipaddr from 'ipaddr.js';

/** Where the platform may send a request to in a tenant's name. */
export interface EgressPolicy {
  /** Blocks that the operator opened beside the public internet, for example a network of its own. */
  allowedRanges: readonly string[];
  /** Whether a tenant may name this machine itself. On a laptop only: behind it Lambda keeps its own runtime API. */
  allowLoopback: boolean;
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Block = readonly [Address, number];

const blocksOf = (texts: readonly string[]): Block[] => texts.map((text) => ipaddr.parseCIDR(text));

const isIn = (address: Address, blocks: readonly Block[]): boolean =>
  blocks.some(([first, bits]) => {
    if (address instanceof ipaddr.IPv4) return first instanceof ipaddr.IPv4 && address.match(first, bits);
    return first instanceof ipaddr.IPv6 && address.match(first, bits);
  });

const loopback = blocksOf(['127.0.0.0/8', '::1/128']);

/** Never a target, whatever the operator opened: this machine, this link with its metadata services, and many at once. */
const never = blocksOf([
  '0.0.0.0/8',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '::1/128',
  'fe80::/10',
  'fd00:ec2::/32',
  'ff00::/8',
]);

/**
 * IPv4 that is not the public internet.
 * https://www.iana.org/assignments/iana-ipv4-special-registry/iana-ipv4-special-registry.xhtml
 */
const specialIpv4 = blocksOf([
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '240.0.0.0/4',
]);

/** All that is routed as IPv6 on the internet; the rest is local, reserved, or carries an IPv4 address (NAT64, `::a.b.c.d`). */
const globalIpv6 = blocksOf(['2000::/3']);

/**
 * Parts of it that are no hosts of the internet: protocol assignments with Teredo, documentation, 6to4.
 * https://www.iana.org/assignments/iana-ipv6-special-registry/iana-ipv6-special-registry.xhtml
 */
const specialIpv6 = blocksOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

const isPublic = (address: Address): boolean =>
  address instanceof ipaddr.IPv4
    ? !isIn(address, specialIpv4)
    : isIn(address, globalIpv6) && !isIn(address, specialIpv6);

/** An IPv4 address in IPv6 spelling (`::ffff:a.b.c.d`) goes out as IPv4, and is judged as that. */
const unmapped = (address: Address): Address =>
  address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;

/** Why `address` (as the resolver writes it, or without the brackets of a URL) is no target; `undefined`: it is one. */
export const forbidden = (text: string, policy: EgressPolicy): string | undefined => {
  if (!ipaddr.isValid(text) || text.includes('%')) return 'is not an address';
  const address = unmapped(ipaddr.parse(text));
  if (policy.allowLoopback && isIn(address, loopback)) return undefined;
  if (isIn(address, never)) return 'is an address of this machine or link, or of many machines';
  if (isPublic(address) || isIn(address, blocksOf(policy.allowedRanges))) return undefined;
  return 'is not an address of the public internet';
};

/** Whether text is a block that an operator may open, for example `10.20.0.0/16`. */
export const isRange = (text: string): boolean =>
  ipaddr.isValidCIDR(text) && (text.includes(':') || /^\d+\.\d+\.\d+\.\d+\//.test(text));

/**
 * A policy of the operator's ranges.
 * @throws Error naming what is no block
 */
export const egressPolicy = (options: {
  ranges: readonly string[];
  allowLoopback: boolean;
}): EgressPolicy => {
  const bad = options.ranges.find((range) => !isRange(range));
  if (bad !== undefined) throw new Error(`${bad} is no block of addresses`);
  return { allowedRanges: options.ranges, allowLoopback: options.allowLoopback };
};
