import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Days in which bytes that were cleared away can be brought back by an operator. */
const recoveryDays = 7;

/**
 * The bucket of the tenants' bytes. Each version of an object is written once and deleted once; versioning is the
 * operator's way back from a mistake of ours.
 */
export const objectsBucket = (
  scope: Construct,
  { deletionProtection }: { deletionProtection: boolean },
): Bucket => {
  const bucket = new Bucket(scope, 'Objects', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [
      {
        // An upload in parts is aborted with its record; this is for one whose record was never written.
        abortIncompleteMultipartUploadAfter: Duration.days(2),
        noncurrentVersionExpiration: Duration.days(recoveryDays),
        expiredObjectDeleteMarker: true,
      },
    ],
    removalPolicy: deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  acknowledge(
    bucket,
    'Only two functions reach it, and signed URLs that last an hour at most: the functions’ own log lines tell who asked for what. Access logs of a bucket cost as much again as small objects.',
    'AwsSolutions-S1',
  );
  return bucket;
};
