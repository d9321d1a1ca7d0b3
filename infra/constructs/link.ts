import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a function is told and what it may do, in one value, so that neither is forgotten: an environment variable
 * that names something, and the right to use just that.
 */
export interface Link {
  environment?: Record<string, string>;
  statements?: readonly PolicyStatement[];
  /** A reason for every wildcard resource in the statements, by the resource as `wildcardFinding` writes it. */
  wildcards?: Readonly<Record<string, string>>;
}

/** The id under which cdk-nag reports a wildcard resource, for example `*` or `arn:<AWS::Partition>:ec2:…:instance/*`. */
export const wildcardFinding = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;

/** An ARN as cdk-nag writes it. */
export const writtenArn = (service: string, resource: string, { account = true } = {}): string =>
  `arn:<AWS::Partition>:${service}:<AWS::Region>:${account ? '<AWS::AccountId>' : ''}:${resource}`;
