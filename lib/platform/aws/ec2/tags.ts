import type { Tag } from '@aws-sdk/client-ec2';

/** Names of the tags that say whose a thing is. */
export const tagKeys = {
  stage: 'thecloud:stage',
  tenant: 'thecloud:tenant',
  instance: 'thecloud:instance',
  /** Id of the launches that an instance went out with, where it was not launched by itself. */
  launchBatch: 'thecloud:launch-batch',
  /** Id of the record that a thing was made for: what has no client token is found again by it. */
  resource: 'thecloud:resource',
  /** Never written here. The local engine says by it on which ports of the laptop a machine serves. */
  publishedPorts: 'thecloud:published-ports',
} as const;

/**
 * What the platform writes on everything it makes for a tenant. `thecloud:tenant` and `thecloud:stage` are meant to be
 * activated as cost-allocation tags: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html
 */
export const platformTags = (of: {
  stage: string;
  tenant: string;
  name: string;
  instance?: string;
  launchBatch?: string;
  resource?: string;
}): Tag[] => [
  { Key: 'Name', Value: of.name },
  { Key: tagKeys.stage, Value: of.stage },
  { Key: tagKeys.tenant, Value: of.tenant },
  ...(of.instance ? [{ Key: tagKeys.instance, Value: of.instance }] : []),
  ...(of.launchBatch ? [{ Key: tagKeys.launchBatch, Value: of.launchBatch }] : []),
  ...(of.resource ? [{ Key: tagKeys.resource, Value: of.resource }] : []),
];

/** A tag's value, where the thing has it. */
export const tagOf = (thing: { Tags?: Tag[] }, key: string): string | undefined =>
  thing.Tags?.find(({ Key }) => Key === key)?.Value;
