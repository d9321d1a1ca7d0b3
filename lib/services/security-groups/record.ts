import * as z from 'zod/mini';
import { reconciledFields } from '../../platform/store/reconciled-fields.ts';
import type { ResourceKind } from '../../platform/store/types.ts';
import type { Reconciled } from '../../platform/table/resource.ts';
import { type Rule, type SecurityGroup, SecurityGroupStatus, StoredRule } from './schema.ts';

/** The stored form. What the lifecycle engine keeps beside these fields is described at `Reconciled`. */
export const SecurityGroupRecord = z.object({
  ...reconciledFields,
  status: SecurityGroupStatus,
  vpc_id: z.string(),
  description: z.string(),
  rules: z.array(StoredRule),
  /** EC2's group, once there is one. */
  provider_id: z.optional(z.string()),
  /** When it was made, RFC 3339: EC2 may not show it yet. */
  made_at: z.optional(z.string()),
});
export type SecurityGroupRecord = z.infer<typeof SecurityGroupRecord> & Reconciled;

export const securityGroupKind: ResourceKind<SecurityGroupRecord> = {
  kind: 'SECURITY_GROUP',
  label: 'security group',
  schema: SecurityGroupRecord as unknown as ResourceKind<SecurityGroupRecord>['schema'],
  names: 'unique',
  nameScope: ({ vpc_id }) => vpc_id,
  reconciled: true,
};

/** What a group takes of its tenant's quotas until EC2 says that it is gone. */
export const securityGroupUsage = { security_groups: 1 } as const;

/** Highest priority first, and of equal ones the oldest. */
const byPriority = (one: StoredRule, other: StoredRule): number =>
  other.priority - one.priority || (one.id < other.id ? -1 : 1);

export const ruleOf = (group: Pick<SecurityGroupRecord, 'id'>, rule: StoredRule): Rule => ({
  ...rule,
  group_id: group.id,
});

/** The contract's view of a record, without rules. */
export const listedGroupOf = ({ rules: _, ...record }: SecurityGroupRecord): SecurityGroup => ({
  ...record,
  arn: `arn:thecloud:vpc:local:${record.user_id}:security-group/${record.id}`,
});

/** The contract's view of a record, with its rules. */
export const securityGroupOf = (record: SecurityGroupRecord): SecurityGroup => ({
  ...listedGroupOf(record),
  rules: record.rules.toSorted(byPriority).map((rule) => ruleOf(record, rule)),
});
