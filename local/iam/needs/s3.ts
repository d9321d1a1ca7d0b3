import type { Need } from '../request.ts';
import type { ServiceNeeds } from './call-needs.ts';

interface ObjectInput {
  Bucket: string;
  Key: string;
}

const objectArn = ({ Bucket, Key }: ObjectInput): string => `arn:aws:s3:::${Bucket}/${Key}`;

const onObject =
  (action: string) =>
  (input: ObjectInput): Need[] => [{ action: `s3:${action}`, resources: [objectArn(input)] }];

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
export const s3: ServiceNeeds = {
  PutObject: onObject('PutObject'),
  GetObject: onObject('GetObject'),
  HeadObject: onObject('GetObject'),
  DeleteObject: onObject('DeleteObject'),
  CopyObject: (input: ObjectInput & { CopySource: string }) => [
    { action: 's3:GetObject', resources: [`arn:aws:s3:::${decodeURIComponent(input.CopySource)}`] },
    { action: 's3:PutObject', resources: [objectArn(input)] },
  ],
  DeleteObjects: ({ Bucket, Delete }: { Bucket: string; Delete: { Objects: { Key: string }[] } }) =>
    Delete.Objects.map(({ Key }) => ({
      action: 's3:DeleteObject',
      resources: [objectArn({ Bucket, Key })],
    })),
};
