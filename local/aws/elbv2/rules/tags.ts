import type { Tag } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../stand-in.ts';
import type { Tags } from '../store/records.ts';
import { validationError } from './errors.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-tags.html */
const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;

/** @throws TooManyTagsException */
export const checkTagCount = (tags: Tags): Tags => {
  if (Object.keys(tags).length > maxTags)
    throw new AwsError('TooManyTagsException', `The maximum number of tags is ${maxTags}`);
  return tags;
};

/** Tags as a record. @throws DuplicateTagKeysException, TooManyTagsException, ValidationError */
export const parseTags = (tags: readonly Tag[] | undefined): Tags => {
  const parsed = new Map<string, string>();
  for (const { Key: key = '', Value: value = '' } of tags ?? []) {
    if (key === '' || key.length > maxKeyLength)
      throw validationError(`A tag key must have 1 to ${maxKeyLength} characters`);
    if (value.length > maxValueLength)
      throw validationError(`A tag value must have at most ${maxValueLength} characters`);
    if (key.toLowerCase().startsWith('aws:'))
      throw validationError(`The tag key '${key}' begins with the reserved prefix aws:`);
    if (parsed.has(key))
      throw new AwsError('DuplicateTagKeysException', `The tag key '${key}' was specified more than once`);
    parsed.set(key, value);
  }
  return checkTagCount(Object.fromEntries(parsed));
};

export const toTagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
