import { globMatches } from './glob.ts';

const fieldCount = 6;

/** The six fields of an ARN; the last one keeps its colons. */
export const arnFields = (arn: string): string[] => {
  const parts = arn.split(':');
  return parts.length <= fieldCount
    ? parts
    : [...parts.slice(0, fieldCount - 1), parts.slice(fieldCount - 1).join(':')];
};

const fieldsMatch = (pattern: readonly string[], value: readonly string[]): boolean =>
  pattern.length === value.length && pattern.every((field, index) => globMatches(field, value[index] ?? ''));

/**
 * Whether a statement's `Resource` covers a resource. A wildcard stays within its field of the ARN, and fields that a
 * pattern leaves out are wildcards.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const resourceMatches = (pattern: string, resource: string): boolean => {
  if (pattern === '*') return true;
  if (resource === '*') return false;
  const fields = arnFields(pattern);
  while (fields.length < fieldCount) fields.push('*');
  return fieldsMatch(fields, arnFields(resource));
};

/** `ArnLike` and `ArnEquals`, which AWS treats alike; here a pattern has all its fields. */
export const arnLike = (pattern: string, arn: string): boolean =>
  fieldsMatch(arnFields(pattern), arnFields(arn));
