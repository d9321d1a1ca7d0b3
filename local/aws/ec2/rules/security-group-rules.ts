import type { IpPermission, SecurityGroupRule, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Call } from '../engine/call.ts';
import type { RuleRecord } from '../store/records.ts';
import { securityGroupRuleView } from '../views/security-group-view.ts';
import { invalidCombination, missingParameter } from './errors.ts';
import { newId } from './ids.ts';
import { isSameRule, parsePermissions, type RuleBody, ruleText } from './ip-permissions.ts';
import { kinds } from './kinds.ts';
import { getAll, getOne } from './lookup.ts';
import { parseTagSpecifications } from './tags.ts';

/** What the four authorize and revoke actions have in common. */
export interface RuleRequest {
  GroupId?: string;
  IpPermissions?: IpPermission[];
  IpProtocol?: string;
  FromPort?: number;
  ToPort?: number;
  CidrIp?: string;
}

/** A request gives one rule flat, or any number as permissions. */
const permissionsOf = ({ IpPermissions: permissions, ...flat }: RuleRequest): IpPermission[] => {
  const hasFlat = flat.IpProtocol !== undefined || flat.CidrIp !== undefined;
  if (permissions?.length) {
    if (hasFlat)
      throw invalidCombination('The parameter ipPermissions cannot be used with the parameter ipProtocol');
    return permissions;
  }
  if (!hasFlat) throw missingParameter('ipPermissions');
  return [
    {
      IpProtocol: flat.IpProtocol,
      FromPort: flat.FromPort,
      ToPort: flat.ToPort,
      IpRanges: flat.CidrIp === undefined ? [] : [{ CidrIp: flat.CidrIp }],
    },
  ];
};

const rulesOf = (groupId: string, isEgress: boolean, call: Call): RuleRecord[] =>
  call.rules.where('group_id', groupId).filter((rule) => rule.isEgress === isEgress);

/**
 * IPv4 and IPv6 rules are counted apart, those that name a group or a prefix list with both.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups
 */
const isFull = (rules: RuleBody[], added: RuleBody, limit: number): boolean => {
  const ofIpv4 = rules.filter(({ cidrIpv6 }) => cidrIpv6 === undefined).length;
  const ofIpv6 = rules.filter(({ cidrIpv4 }) => cidrIpv4 === undefined).length;
  return (
    (added.cidrIpv6 === undefined && ofIpv4 >= limit) || (added.cidrIpv4 === undefined && ofIpv6 >= limit)
  );
};

/**
 * Adds rules, all or none.
 * @throws InvalidGroup.NotFound, InvalidPermission.Duplicate, RulesPerSecurityGroupLimitExceeded, and as parsePermissions
 */
export const authorize = (
  request: RuleRequest & { TagSpecifications?: TagSpecification[] },
  isEgress: boolean,
  call: Call,
): SecurityGroupRule[] => {
  const { 'security-group-rule': tags = {} } = parseTagSpecifications(
    request.TagSpecifications,
    'security-group-rule',
  );
  const group = getOne(kinds.securityGroup, request.GroupId ?? '', call);
  const present = rulesOf(group.id, isEgress, call);
  const added: RuleRecord[] = [];
  for (const body of parsePermissions(permissionsOf(request), group.vpcId, call)) {
    if ([...present, ...added].some((rule) => isSameRule(rule, body)))
      throw new AwsError(
        'InvalidPermission.Duplicate',
        `the specified rule "${ruleText(body)}" already exists`,
      );
    if (isFull([...present, ...added], body, call.limits.rulesPerSecurityGroup))
      throw new AwsError(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    const times = { createdAt: call.now, visibleAt: call.visibleAt };
    added.push({ ...body, ...times, id: newId('sgr'), groupId: group.id, isEgress, tags });
  }
  for (const rule of added) call.rules.put(rule);
  return added.map((rule) => securityGroupRuleView(rule, call));
};

/**
 * Removes rules, all or none, by id or by what they allow.
 * @throws InvalidGroup.NotFound, InvalidPermission.NotFound, InvalidSecurityGroupRuleId.NotFound
 */
export const revoke = (
  { SecurityGroupRuleIds: ids, ...request }: RuleRequest & { SecurityGroupRuleIds?: string[] },
  isEgress: boolean,
  call: Call,
): RuleRecord[] => {
  const group = getOne(kinds.securityGroup, request.GroupId ?? '', call);
  const notFound = () =>
    new AwsError('InvalidPermission.NotFound', 'The specified rule does not exist in this security group.');
  const present = rulesOf(group.id, isEgress, call);
  const wanted = ids?.length
    ? getAll(kinds.securityGroupRule, ids, call).map(({ id }) => present.find((rule) => rule.id === id))
    : parsePermissions(permissionsOf(request), group.vpcId, call).map((body) =>
        present.find((rule) => isSameRule(rule, body)),
      );
  const revoked = wanted.map((rule) => {
    if (!rule) throw notFound();
    return rule;
  });
  for (const { id } of revoked) call.rules.delete(id);
  return revoked;
};
