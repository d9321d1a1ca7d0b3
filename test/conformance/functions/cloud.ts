import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import type { FunctionPlace } from '../../../lib/services/functions/backend.lambda/names.ts';

/** Somewhere that Lambda is, and the bucket that it takes code from. */
export interface FunctionCloud {
  lambda: LambdaClient;
  s3: S3Client;
  place: FunctionPlace;
  stop(): Promise<void>;
}

/** A role that Lambda may assume, made by IAM's own wire format: a server in its place asks for one, and for nothing else of IAM. */
export const makeRole = async (url: string, arn: string): Promise<void> => {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: new URLSearchParams({
      Action: 'CreateRole',
      Version: '2010-05-08',
      RoleName: arn.split('/').at(-1) ?? '',
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  });
  if (!answer.ok) throw new Error(`no role was made: ${answer.status} ${await answer.text()}`);
};

/** Where functions live in an account. @param account the one that the server plays */
export const placeIn = (account: string): FunctionPlace => ({
  prefix: 'the-cloud-test',
  stage: 'test',
  bucket: 'code',
  roleArn: `arn:aws:iam::${account}:role/tenants-code`,
  logGroup: '/the-cloud/test/functions',
  layerArn: `arn:aws:lambda:us-east-1:${account}:layer:function-process:1`,
});
