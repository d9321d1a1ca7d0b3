import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { IAMClient } from '@aws-sdk/client-iam';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FunctionPlace } from '../../../lib/services/functions/backend.lambda/names.ts';

/** Somewhere that Lambda is, with the bucket that it takes code from, IAM and CloudWatch Logs. */
export interface FunctionCloud {
  lambda: LambdaClient;
  s3: S3Client;
  iam: IAMClient;
  logs: CloudWatchLogsClient;
  place: FunctionPlace;
  stop(): Promise<void>;
}

/** Where functions live in an account. @param account the one that the server plays */
export const placeIn = (account: string): FunctionPlace => ({
  prefix: 'the-cloud-test',
  stage: 'test',
  bucket: 'code',
  rolesArn: `arn:aws:iam::${account}:role/the-cloud-test-t-`,
  boundaryArn: `arn:aws:iam::${account}:policy/the-cloud-test-tenant-code`,
  logGroupsArn: `arn:aws:logs:us-east-1:${account}:log-group:/the-cloud-test/functions/`,
  logRetentionDays: 30,
  layerArn: `arn:aws:lambda:us-east-1:${account}:layer:function-process:1`,
});

/** Makes the permissions boundary, which is the stack's to make. */
export const boundaryOf = ({ boundaryArn, logGroupsArn }: FunctionPlace) => ({
  PolicyName: boundaryArn.slice(boundaryArn.lastIndexOf('/') + 1),
  PolicyDocument: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${logGroupsArn}*:log-stream:*`,
      },
    ],
  }),
});
