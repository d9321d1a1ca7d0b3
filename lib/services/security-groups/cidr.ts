import ipaddr from 'ipaddr.js';

/**
 * The canonical form of a block: decimal octets, RFC 5952 for IPv6, no host bits.
 * @returns `problem` where the text is no such block
 */
export const canonicalCidr = (text: string): { cidr: string } | { problem: string } => {
  const shape = /^([0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)\/(0|[1-9]\d{0,2})$/.exec(text);
  const isFourPart = shape?.[1] !== undefined && ipaddr.IPv4.isValidFourPartDecimal(shape[1]);
  const isBlock = shape !== null && (isFourPart ? ipaddr.IPv4 : ipaddr.IPv6).isValidCIDR(text);
  if (!isBlock) return { problem: 'must be an IPv4 or IPv6 block, for example 10.0.0.0/8 or 2001:db8::/32' };
  const [address, prefix] = ipaddr.parseCIDR(text);
  const first =
    address instanceof ipaddr.IPv4
      ? ipaddr.IPv4.networkAddressFromCIDR(text)
      : ipaddr.IPv6.networkAddressFromCIDR(text);
  const written = first instanceof ipaddr.IPv6 ? first.toRFC5952String() : first.toString();
  const cidr = `${written}/${prefix}`;
  return address.toNormalizedString() === first.toNormalizedString()
    ? { cidr }
    : { problem: `has host bits; the block of this length is ${cidr}` };
};
