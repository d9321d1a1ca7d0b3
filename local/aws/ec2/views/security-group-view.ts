import type {
  IpPermission,
  RevokedSecurityGroupRule,
  SecurityGroup,
  SecurityGroupRule,
} from '@aws-sdk/client-ec2';
import type { Call } from '../engine/call.ts';
import { toTagList } from '../rules/tags.ts';
import type { GroupRecord, RuleRecord } from '../store/records.ts';

export const securityGroupRuleArn = (rule: RuleRecord, call: Call): string =>
  `arn:aws:ec2:${call.caller.region}:${call.caller.account}:security-group-rule/${rule.id}`;

export const securityGroupRuleView = (rule: RuleRecord, call: Call): SecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: rule.groupId,
  GroupOwnerId: call.caller.account,
  IsEgress: rule.isEgress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  CidrIpv4: rule.cidrIpv4,
  CidrIpv6: rule.cidrIpv6,
  PrefixListId: rule.prefixListId,
  ReferencedGroupInfo: rule.referencedGroupId
    ? {
        GroupId: rule.referencedGroupId,
        UserId: call.caller.account,
        VpcId: call.groups.find(rule.referencedGroupId)?.vpcId,
      }
    : undefined,
  Description: rule.description,
  Tags: toTagList(rule.tags),
  SecurityGroupRuleArn: securityGroupRuleArn(rule, call),
});

/** Rules of one protocol and port range stand together in one permission; "all traffic" shows no ports. */
const permissions = (rules: RuleRecord[], account: string): IpPermission[] =>
  [
    ...Map.groupBy(rules, ({ protocol, fromPort, toPort }) => `${protocol} ${fromPort} ${toPort}`).values(),
  ].map((alike) => {
    const [first] = alike as [RuleRecord, ...RuleRecord[]];
    return {
      IpProtocol: first.protocol,
      ...(first.protocol === '-1' ? {} : { FromPort: first.fromPort, ToPort: first.toPort }),
      IpRanges: alike.flatMap((rule) =>
        rule.cidrIpv4 ? [{ CidrIp: rule.cidrIpv4, Description: rule.description }] : [],
      ),
      Ipv6Ranges: alike.flatMap((rule) =>
        rule.cidrIpv6 ? [{ CidrIpv6: rule.cidrIpv6, Description: rule.description }] : [],
      ),
      PrefixListIds: alike.flatMap((rule) =>
        rule.prefixListId ? [{ PrefixListId: rule.prefixListId, Description: rule.description }] : [],
      ),
      UserIdGroupPairs: alike.flatMap((rule) =>
        rule.referencedGroupId
          ? [{ GroupId: rule.referencedGroupId, UserId: account, Description: rule.description }]
          : [],
      ),
    };
  });

export const securityGroupView = (group: GroupRecord, call: Call): SecurityGroup => {
  const rules = call.rules.where('group_id', group.id);
  const { account, region } = call.caller;
  return {
    GroupId: group.id,
    GroupName: group.name,
    Description: group.description,
    OwnerId: account,
    VpcId: group.vpcId,
    SecurityGroupArn: `arn:aws:ec2:${region}:${account}:security-group/${group.id}`,
    IpPermissions: permissions(
      rules.filter(({ isEgress }) => !isEgress),
      account,
    ),
    IpPermissionsEgress: permissions(
      rules.filter(({ isEgress }) => isEgress),
      account,
    ),
    Tags: toTagList(group.tags),
  };
};

export const revokedRuleView = (rule: RuleRecord): RevokedSecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: rule.groupId,
  IsEgress: rule.isEgress,
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  CidrIpv4: rule.cidrIpv4,
  CidrIpv6: rule.cidrIpv6,
  PrefixListId: rule.prefixListId,
  ReferencedGroupId: rule.referencedGroupId,
  Description: rule.description,
});
