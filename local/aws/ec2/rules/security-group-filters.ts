import type { Call } from '../engine/call.ts';
import type { GroupRecord, RuleRecord } from '../store/records.ts';
import type { FilterFields } from './filters.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html#API_DescribeSecurityGroups_RequestParameters */
export const securityGroupFilters = (call: Call): FilterFields<GroupRecord> => {
  const ofRules =
    (isEgress: boolean, field: (rule: RuleRecord) => string | number | undefined) =>
    ({ id }: GroupRecord) =>
      call.rules
        .where('group_id', id)
        .filter((rule) => rule.isEgress === isEgress)
        .map(field);
  const rules = (prefix: string, isEgress: boolean): FilterFields<GroupRecord> => ({
    [`${prefix}.cidr`]: ofRules(isEgress, ({ cidrIpv4 }) => cidrIpv4),
    [`${prefix}.from-port`]: ofRules(isEgress, ({ fromPort }) => fromPort),
    [`${prefix}.group-id`]: ofRules(isEgress, ({ referencedGroupId }) => referencedGroupId),
    [`${prefix}.protocol`]: ofRules(isEgress, ({ protocol }) => protocol),
    [`${prefix}.to-port`]: ofRules(isEgress, ({ toPort }) => toPort),
  });
  return {
    ...rules('ip-permission', false),
    ...rules('egress.ip-permission', true),
    description: ({ description }) => description,
    'group-id': ({ id }) => id,
    'group-name': ({ name }) => name,
    'owner-id': () => call.caller.account,
    'vpc-id': ({ vpcId }) => vpcId,
  };
};
