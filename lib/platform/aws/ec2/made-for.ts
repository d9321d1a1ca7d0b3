import type { Filter, Tag } from '@aws-sdk/client-ec2';
import { tagKeys, tagOf } from './tags.ts';

/** What a stage of the platform has made for any of these records: EC2 has no other name for what it gave no token. */
export const madeFor = (stage: string, recordIds: readonly string[]): Filter[] => [
  { Name: `tag:${tagKeys.stage}`, Values: [stage] },
  { Name: `tag:${tagKeys.resource}`, Values: [...recordIds] },
];

/** Things by the record that they were made for, the lowest id first. */
export const byRecord = <T extends { Tags?: Tag[] }, V extends { id: string }>(
  things: readonly T[],
  read: (thing: T) => V,
): Map<string, V[]> => {
  const found = new Map<string, V[]>();
  for (const thing of things) {
    const record = tagOf(thing, tagKeys.resource);
    if (record !== undefined) found.set(record, [...(found.get(record) ?? []), read(thing)]);
  }
  for (const alike of found.values()) alike.sort((a, b) => (a.id < b.id ? -1 : 1));
  return found;
};
