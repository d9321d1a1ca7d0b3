/** One value of a condition key, or of an element of a statement. */
export type OneOrMore<T> = T | readonly T[];

/** A statement of an identity policy, as IAM's JSON has it. */
export interface Statement {
  Sid?: string;
  Effect: 'Allow' | 'Deny';
  Action?: OneOrMore<string>;
  NotAction?: OneOrMore<string>;
  Resource?: OneOrMore<string>;
  NotResource?: OneOrMore<string>;
  /** Operator → condition key → values. */
  Condition?: Record<string, Record<string, OneOrMore<string | number | boolean>>>;
}

export interface PolicyDocument {
  Version?: string;
  Statement: OneOrMore<Statement>;
}

/** A policy of a role, with the name that reports show. */
export interface NamedPolicy {
  name: string;
  document: PolicyDocument;
  /** AWS's own policy: nobody can shorten it, so its unused grants are not reported. */
  managed?: boolean;
}

/** A role and all policies that speak for it. */
export interface RolePolicies {
  roleArn: string;
  policies: readonly NamedPolicy[];
}

/** What the file named by `CLOUD_LOCAL_POLICY` holds: the policies of a function's role, and who the function is. */
export interface PolicyFile extends RolePolicies {
  /** ARN of the role's session, for example `arn:aws:sts::000000000000:assumed-role/api/api-compute`. */
  sessionArn: string;
  account: string;
}

export const asList = <T>(value: OneOrMore<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];
