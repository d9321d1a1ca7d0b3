import type { CloudPermission, Direction } from './backend.ts';
import type { SecurityGroupRecord } from './record.ts';
import type { StoredRule } from './schema.ts';

const highestPort = 65_535;

/** EC2 lets everything out of a new group: so it stays while the group has no egress rule. */
const everythingOut: CloudPermission = {
  protocol: '-1',
  from_port: -1,
  to_port: -1,
  peer: { cidr: '0.0.0.0/0' },
};

const protocolOf = ({ protocol, cidr }: StoredRule): string => {
  if (protocol === 'all') return '-1';
  return protocol === 'icmp' && cidr.includes(':') ? 'icmpv6' : protocol;
};

const permissionOf = (rule: StoredRule, peer: CloudPermission['peer']): CloudPermission => {
  const hasPorts = rule.protocol === 'tcp' || rule.protocol === 'udp';
  return {
    protocol: protocolOf(rule),
    from_port: hasPorts ? (rule.port_min ?? 0) : -1,
    to_port: hasPorts ? (rule.port_max ?? highestPort) : -1,
    peer,
  };
};

/** One spelling for one permission. */
export const permissionKey = ({ protocol, from_port, to_port, peer }: CloudPermission): string =>
  [protocol, from_port, to_port, 'cidr' in peer ? peer.cidr : peer.group].join(' ');

/**
 * What a group's rules come to.
 * @param cloudIdOf the cloud's id of a group that a rule names, `undefined` while there is none
 * @returns `pending`: whether rules are left out because the group that they name is not there yet
 */
export const permissionsOf = (
  { rules }: Pick<SecurityGroupRecord, 'rules'>,
  direction: Direction,
  cloudIdOf: (groupId: string) => string | undefined,
): { permissions: CloudPermission[]; pending: boolean } => {
  const alike = rules.filter((rule) => rule.direction === direction);
  if (direction === 'egress' && alike.length === 0) return { permissions: [everythingOut], pending: false };
  const permissions = alike.flatMap((rule) => {
    if (rule.source_group_id === undefined) return [permissionOf(rule, { cidr: rule.cidr })];
    const group = cloudIdOf(rule.source_group_id);
    return group === undefined ? [] : [permissionOf(rule, { group })];
  });
  return { permissions, pending: permissions.length < alike.length };
};

/** Those of `some` that `others` do not have. */
export const without = (
  some: readonly CloudPermission[],
  others: readonly CloudPermission[],
): CloudPermission[] => {
  const keys = new Set(others.map(permissionKey));
  return some.filter((permission) => !keys.has(permissionKey(permission)));
};
