import { CfnOutput, Fn, type Stack } from 'aws-cdk-lib';
import type { Names } from './names.ts';

/**
 * The values that only AWS knows and more than one stack needs. This list is their contract: an export stands in
 * its stack whether or not anybody imports it, so a consumer can stop using one without blocking the producer.
 */
type Shared =
  | 'ApiDomain'
  | 'ApiId'
  | 'LandingSubnetId1'
  | 'LandingSubnetId2'
  | 'LandingSubnetZone1'
  | 'LandingSubnetZone2'
  | 'LandingVpcId'
  | 'OriginSecretArn'
  | 'RecordTableStreamArn'
  | 'SealingSecretArn'
  | 'RestApiDomain'
  | 'TokenSecretArn';

const exportName = (names: Names, key: Shared): string => `${names.prefix}:${key}`;

/** Makes a value of this stack known to the other stacks. */
export const share = (stack: Stack, names: Names, key: Shared, value: string, description: string): void => {
  new CfnOutput(stack, key, { value, description, exportName: exportName(names, key) });
};

/** A value that another stack shares. That stack must be deployed first: `app.ts` says so. */
export const shared = (names: Names, key: Shared): string => Fn.importValue(exportName(names, key));
