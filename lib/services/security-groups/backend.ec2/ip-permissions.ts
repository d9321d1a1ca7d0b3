import type { IpPermission } from '@aws-sdk/client-ec2';
import type { CloudPermission } from '../backend.ts';
import { canonicalCidr } from '../cidr.ts';

const hasPorts = (protocol: string): boolean => protocol !== '-1';

/** One permission as EC2 takes it. */
export const toIpPermission = ({ protocol, from_port, to_port, peer }: CloudPermission): IpPermission => ({
  IpProtocol: protocol,
  ...(hasPorts(protocol) && { FromPort: from_port, ToPort: to_port }),
  ...('group' in peer
    ? { UserIdGroupPairs: [{ GroupId: peer.group }] }
    : peer.cidr.includes(':')
      ? { Ipv6Ranges: [{ CidrIpv6: peer.cidr }] }
      : { IpRanges: [{ CidrIp: peer.cidr }] }),
});

/** An IPv6 block has many spellings, and EC2 may answer with another than it was given. */
const spelled = (text: string): string => {
  const block = canonicalCidr(text);
  return 'cidr' in block ? block.cidr : text;
};

/** EC2 gathers what has the same protocol and ports; here every peer stands by itself. */
export const fromIpPermissions = (permissions: readonly IpPermission[] = []): CloudPermission[] =>
  permissions.flatMap(
    ({ IpProtocol = '', FromPort = -1, ToPort = -1, IpRanges, Ipv6Ranges, UserIdGroupPairs }) => {
      const peers: CloudPermission['peer'][] = [
        ...(IpRanges ?? []).map(({ CidrIp = '' }) => ({ cidr: CidrIp })),
        ...(Ipv6Ranges ?? []).map(({ CidrIpv6 = '' }) => ({ cidr: spelled(CidrIpv6) })),
        ...(UserIdGroupPairs ?? []).map(({ GroupId = '' }) => ({ group: GroupId })),
      ];
      const [from_port, to_port] = hasPorts(IpProtocol) ? [FromPort, ToPort] : [-1, -1];
      return peers.map((peer) => ({ protocol: IpProtocol, from_port, to_port, peer }));
    },
  );
