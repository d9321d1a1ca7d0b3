import { S3Client } from '@aws-sdk/client-s3';
import { awsClient } from '../platform/aws/client.ts';

/** A client of S3. Another server than AWS's own is asked by path: it has no host name for each bucket. */
export const s3Client = (): S3Client =>
  awsClient(S3Client, 'S3', {
    forcePathStyle: Boolean(process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
