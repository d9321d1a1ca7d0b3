import type { IpPermission, UserIdGroupPair } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import type { RuleRecord } from '../store/records.ts';
import { canonicalCidrIpv6, formatCidr, parseCidr } from './cidr.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';
import { kinds } from './kinds.ts';
import { getOne } from './lookup.ts';

/** What distinguishes one rule of a group from another. */
export type RuleBody = Pick<
  RuleRecord,
  | 'protocol'
  | 'fromPort'
  | 'toPort'
  | 'cidrIpv4'
  | 'cidrIpv6'
  | 'prefixListId'
  | 'referencedGroupId'
  | 'description'
>;

const protocolNames: Record<string, string> = { '6': 'tcp', '17': 'udp', '1': 'icmp', '58': 'icmpv6' };

/** @throws InvalidPermission.Malformed, MissingParameter */
const resolveProtocol = (asked: string | undefined): string => {
  if (asked === undefined || asked === '') throw missingParameter('ipProtocol');
  const protocol = protocolNames[asked] ?? asked.toLowerCase();
  const isNumber = /^\d{1,3}$/.test(protocol) && Number(protocol) <= 255;
  if (!isNumber && !['-1', 'tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol))
    throw new AwsError(
      'InvalidPermission.Malformed',
      `Unsupported IP protocol "${asked}"  - supported: [tcp, udp, icmp, icmpv6]`,
    );
  return protocol;
};

/** @throws InvalidParameterValue */
const resolvePorts = (protocol: string, from: number | undefined, to: number | undefined) => {
  if (protocol === 'icmp' || protocol === 'icmpv6') return { fromPort: from ?? -1, toPort: to ?? -1 };
  if (protocol !== 'tcp' && protocol !== 'udp') return { fromPort: -1, toPort: -1 };
  if (from === undefined || to === undefined)
    throw invalidParameterValue(
      'Invalid value for portRange. Must specify both from and to ports with TCP/UDP.',
    );
  for (const port of [from, to])
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw invalidParameterValue(
        `Invalid value '${port}' for portRange. Must be between 0 and 65535 with TCP/UDP.`,
      );
  if (from > to)
    throw invalidParameterValue(
      `Invalid value '${from}-${to}' for portRange. The from port must not be greater than the to port.`,
    );
  return { fromPort: from, toPort: to };
};

const resolveCidrIpv4 = (text: string | undefined): string => {
  const block = parseCidr(text ?? '');
  if (!block) throw invalidParameterValue(`CIDR block ${text} is malformed`);
  return formatCidr(block);
};

const resolveCidrIpv6 = (text: string | undefined): string => {
  const canonical = canonicalCidrIpv6(text ?? '');
  if (canonical === undefined) throw invalidParameterValue(`CIDR block ${text} is malformed`);
  return canonical;
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
const allowedDescription = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{0,255}$/;

const checkDescription = (description: string | undefined): string | undefined => {
  if (description !== undefined && !allowedDescription.test(description))
    throw invalidParameterValue(
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    );
  return description;
};

/** The group that a rule names as its peer. @throws InvalidGroup.NotFound, also for a group of another VPC or account */
const resolvePeer = (
  { GroupId: id, UserId: account }: UserIdGroupPair,
  vpcId: string,
  call: Call,
): string => {
  const wanted = id ?? '';
  if (account !== undefined && account !== call.caller.account) throw kinds.securityGroup.notFound([wanted]);
  const group = getOne(kinds.securityGroup, wanted, call);
  if (group.vpcId !== vpcId)
    throw new AwsError(
      'InvalidGroup.NotFound',
      'You have specified two resources that belong to different networks.',
    );
  return group.id;
};

/**
 * A request's permissions as single rules, one for each protocol, port range and peer.
 * @param vpcId of the group whose rules they are, where the groups they name must be, too
 * @throws MissingParameter, InvalidParameterValue, InvalidPermission.Malformed, InvalidGroup.NotFound
 */
export const parsePermissions = (permissions: IpPermission[], vpcId: string, call: Call): RuleBody[] =>
  permissions.flatMap((permission) => {
    const protocol = resolveProtocol(permission.IpProtocol);
    const range = { protocol, ...resolvePorts(protocol, permission.FromPort, permission.ToPort) };
    const rules: RuleBody[] = [
      ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) => ({
        ...range,
        cidrIpv4: resolveCidrIpv4(CidrIp),
        description: checkDescription(Description),
      })),
      ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) => ({
        ...range,
        cidrIpv6: resolveCidrIpv6(CidrIpv6),
        description: checkDescription(Description),
      })),
      ...(permission.UserIdGroupPairs ?? []).map((pair) => ({
        ...range,
        referencedGroupId: resolvePeer(pair, vpcId, call),
        description: checkDescription(pair.Description),
      })),
    ];
    if ((permission.PrefixListIds ?? []).length > 0)
      throw new AwsError('InvalidPrefixListID.NotFound', 'The prefix list does not exist');
    if (rules.length === 0) throw missingParameter('cidrIp, cidrIpv6, prefixListId or groupId');
    return rules;
  });

/** Equal but for the description. */
export const isSameRule = (one: RuleBody, other: RuleBody): boolean =>
  one.protocol === other.protocol &&
  one.fromPort === other.fromPort &&
  one.toPort === other.toPort &&
  one.cidrIpv4 === other.cidrIpv4 &&
  one.cidrIpv6 === other.cidrIpv6 &&
  one.prefixListId === other.prefixListId &&
  one.referencedGroupId === other.referencedGroupId;

/** As AWS words a rule in InvalidPermission.Duplicate. */
export const ruleText = (rule: RuleBody): string => {
  const peer = rule.cidrIpv4 ?? rule.cidrIpv6 ?? rule.prefixListId ?? rule.referencedGroupId;
  if (rule.protocol === '-1') return `peer: ${peer}, ALL, ALLOW`;
  return `peer: ${peer}, ${rule.protocol.toUpperCase()}, from port: ${rule.fromPort}, to port: ${rule.toPort}, ALLOW`;
};
