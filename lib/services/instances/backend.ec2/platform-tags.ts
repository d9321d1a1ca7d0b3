import type { Tag } from '@aws-sdk/client-ec2';

/**
 * What the platform writes on everything it makes for a tenant. `thecloud:tenant` and `thecloud:stage` are meant to be
 * activated as cost-allocation tags: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html
 */
export const platformTags = (of: {
  stage: string;
  tenant: string;
  name: string;
  instance?: string;
}): Tag[] => [
  { Key: 'Name', Value: of.name },
  { Key: 'thecloud:stage', Value: of.stage },
  { Key: 'thecloud:tenant', Value: of.tenant },
  ...(of.instance ? [{ Key: 'thecloud:instance', Value: of.instance }] : []),
];
