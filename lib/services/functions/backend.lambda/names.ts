/** Where tenants' functions live, and what they are made of. */
export interface FunctionPlace {
  /** The platform's prefix of physical names, `the-cloud-<stage>`. */
  prefix: string;
  stage: string;
  /** The bucket of all archives. */
  bucket: string;
  /** The role that tenants' code runs with: it may write its log, and nothing else. */
  roleArn: string;
  /** The log group of tenants' code. */
  logGroup: string;
  /** The layer that runs a process for each invocation. */
  layerArn: string;
}

/** Lambda's name of a tenant's function: the id is a UUID, so nobody can guess another's, and all are known by the prefix. */
export const functionName = (prefix: string, functionId: string): string => `${prefix}-t-${functionId}`;
