/** Where tenants' functions live, and what they are made of. */
export interface FunctionPlace {
  /** The platform's prefix of physical names, `the-cloud-<stage>`. */
  prefix: string;
  stage: string;
  /** The bucket of all archives. */
  bucket: string;
  /** What the ARNs of the roles of tenants' code begin with: the tenant's id ends each. */
  rolesArn: string;
  /** The permissions boundary of those roles. */
  boundaryArn: string;
  /** What the ARNs of the log groups of tenants' code begin with: the tenant's id ends each. */
  logGroupsArn: string;
  /** One of the numbers of days that CloudWatch Logs knows. */
  logRetentionDays: number;
  /** The layer that runs a process for each invocation. */
  layerArn: string;
}

/** Lambda's name of a tenant's function: the id is a UUID, so nobody can guess another's, and all are known by the prefix. */
export const functionName = (prefix: string, functionId: string): string => `${prefix}-t-${functionId}`;

/** The role that a tenant's code runs with. */
export const roleArn = ({ rolesArn }: Pick<FunctionPlace, 'rolesArn'>, tenant: string): string =>
  `${rolesArn}${tenant}`;

/** IAM's name of that role, which has no path. */
export const roleName = (place: Pick<FunctionPlace, 'rolesArn'>, tenant: string): string => {
  const arn = roleArn(place, tenant);
  return arn.slice(arn.lastIndexOf('/') + 1);
};

/** The log group of a tenant's code, by its ARN. */
export const logGroupArn = ({ logGroupsArn }: Pick<FunctionPlace, 'logGroupsArn'>, tenant: string): string =>
  `${logGroupsArn}${tenant}`;

/** The name of that log group. */
export const logGroupName = (place: Pick<FunctionPlace, 'logGroupsArn'>, tenant: string): string => {
  const marker = ':log-group:';
  const arn = logGroupArn(place, tenant);
  return arn.slice(arn.indexOf(marker) + marker.length);
};
