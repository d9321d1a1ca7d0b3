import { localAccount, localRegion } from '../account.ts';
import { type Provider, physicalName } from './provider.ts';

/** `AWS::S3::Bucket` */
export const s3Bucket: Provider = (request, { queues }) => {
  const name = physicalName(request, request.properties.BucketName)
    .toLowerCase()
    .replaceAll(/[^a-z0-9.-]/g, '-')
    .slice(-63)
    .replace(/^[.-]+/, '');
  queues.ensureBucket(name);
  return {
    ref: name,
    attributes: {
      Arn: `arn:aws:s3:::${name}`,
      DomainName: `${name}.s3.amazonaws.com`,
      RegionalDomainName: `${name}.s3.${localRegion}.amazonaws.com`,
      AccountId: localAccount,
    },
  };
};
