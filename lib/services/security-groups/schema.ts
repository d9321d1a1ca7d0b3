import * as z from 'zod/mini';
import { IdParam } from '../../platform/http/params.ts';
import { ResourceName } from '../../platform/resource-name.ts';

export const directions = ['ingress', 'egress'] as const;
export const protocols = ['tcp', 'udp', 'icmp', 'all'] as const;

/** AWS's default: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
export const maxRulesPerDirection = 60;

/** What a rule of a group says, but for its id and group. */
const ruleBody = {
  direction: z.enum(directions),
  protocol: z.enum(protocols),
  /** First and last port; left out where all ports are meant, or the protocol has none. */
  port_min: z.optional(z.int()),
  port_max: z.optional(z.int()),
  /** Empty where the rule names a group. */
  cidr: z.string(),
  /** The group whose members are let through. */
  source_group_id: z.optional(z.string()),
  /** The order of the list; rules only ever allow, so it decides nothing. */
  priority: z.int(),
  created_at: z.string(),
};

export const StoredRule = z.object({ id: z.string(), ...ruleBody });
export type StoredRule = z.infer<typeof StoredRule>;

export const Rule = z.object({ id: z.string(), group_id: z.string(), ...ruleBody });
export type Rule = z.infer<typeof Rule>;

/** `active` throughout; `ERROR` is what AWS refused to make. */
export const SecurityGroupStatus = z.enum(['active', 'ERROR']);

export const SecurityGroup = z.object({
  id: z.string(),
  user_id: z.string(),
  vpc_id: z.string(),
  name: z.string(),
  description: z.string(),
  arn: z.string(),
  /** Highest priority first; not in lists. */
  rules: z.optional(z.array(Rule)),
  status: SecurityGroupStatus,
  /** Why it is in `ERROR`, or what it waits for. */
  status_reason: z.optional(z.string()),
  /** The group on AWS, once there is one. */
  provider_id: z.optional(z.string()),
  created_at: z.string(),
});
export type SecurityGroup = z.infer<typeof SecurityGroup>;

export const CreateSecurityGroup = z.object({
  vpc_id: IdParam,
  name: ResourceName,
  description: z._default(
    z.pipe(
      z.nullable(z.string().check(z.trim(), z.maxLength(255))),
      z.transform((text) => text ?? ''),
    ),
    '',
  ),
});
export type CreateSecurityGroup = z.infer<typeof CreateSecurityGroup>;

export const SecurityGroupsQuery = z.object({ vpc_id: IdParam });

/** `vpc_id` says where a name is looked for; clients without one send it empty. */
export const SecurityGroupQuery = z.object({
  vpc_id: z.optional(
    z.pipe(
      z.pipe(
        z.string(),
        z.transform((text) => text || undefined),
      ),
      z.optional(IdParam),
    ),
  ),
});

export const RuleParams = z.object({ id: IdParam, ruleId: IdParam });

export const Membership = z.object({ instance_id: IdParam, group_id: IdParam });
export type Membership = z.infer<typeof Membership>;

export const SecurityGroupMessage = z.object({ message: z.string() });
