import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import { codeBucketName } from './function-links.ts';
import type { Platform } from './platform.ts';

/** How long an upload may lie before a record refers to it: then it belongs to a request that came to nothing. */
const incomingDays = 14;

/** Archives of tenants' code: `incoming/` as requests put them, `code/` once functions are made of them. */
export const codeBucket = (scope: Construct, platform: Platform): Bucket => {
  const bucket = new Bucket(scope, 'Code', {
    bucketName: codeBucketName(scope, platform),
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: platform.context.deletionProtection ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    lifecycleRules: [
      {
        id: 'uploads-that-came-to-nothing',
        prefix: 'incoming/',
        expiration: Duration.days(incomingDays),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
  });
  acknowledge(
    bucket,
    'Only two functions of the platform touch it, and their log lines name each archive’s owner.',
    'AwsSolutions-S1',
  );
  return bucket;
};
