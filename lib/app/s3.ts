import { S3Client } from '@aws-sdk/client-s3';
import { awsClient } from '../platform/aws/client.ts';

/**
 * An S3 client. Checksums only where Amazon S3 asks for them: the SDK's own default would sign that of an empty body into a URL.
 * A server in Amazon S3's place has no host name for each bucket, so its buckets are in the path.
 */
export const s3Client = (): S3Client =>
  awsClient(S3Client, 'S3', {
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL),
  });
