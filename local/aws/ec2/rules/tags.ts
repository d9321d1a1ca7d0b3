import type { ResourceType, Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { AwsError } from '../../stand-in.ts';
import type { Tags } from '../store/records.ts';
import { invalidParameterValue, missingParameter } from './errors.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
const maxTags = 50;
const maxKeyLength = 128;
const maxValueLength = 256;

/**
 * Tags as a record.
 * @throws InvalidParameterValue for a key that is reserved, too long or given twice, or a value that is too long
 */
export const parseTags = (tags: Tag[]): Tags => {
  const parsed: Tags = {};
  for (const { Key: key, Value: value = '' } of tags) {
    if (key === undefined || key === '') throw invalidParameterValue('Tag key cannot be null or empty');
    if (key.toLowerCase().startsWith('aws:'))
      throw invalidParameterValue(
        `Value ( ${key} ) for parameter key is invalid. Tag keys starting with 'aws:' are reserved for internal use`,
      );
    if (key.length > maxKeyLength)
      throw invalidParameterValue(`Tag key exceeds the maximum length of ${maxKeyLength} characters`);
    if (value.length > maxValueLength)
      throw invalidParameterValue(`Tag value exceeds the maximum length of ${maxValueLength} characters`);
    if (Object.hasOwn(parsed, key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    Object.defineProperty(parsed, key, { value, enumerable: true, configurable: true, writable: true });
  }
  checkTagCount(parsed);
  return parsed;
};

/** @throws TagLimitExceeded */
export const checkTagCount = (tags: Tags): void => {
  if (Object.keys(tags).length > maxTags)
    throw new AwsError('TagLimitExceeded', `More than ${maxTags} tags specified`);
};

export const toTagList = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/**
 * The tags that a call gives to what it makes, by resource type.
 * @throws InvalidParameterValue for a type this call doesn't make, and as parseTags
 */
export const parseTagSpecifications = (
  specifications: TagSpecification[] | undefined,
  ...taggable: ResourceType[]
): Partial<Record<ResourceType, Tags>> => {
  const byType: Partial<Record<ResourceType, Tags>> = {};
  for (const { ResourceType: type, Tags: tags } of specifications ?? []) {
    if (type === undefined) throw missingParameter('TagSpecification.ResourceType');
    if (!taggable.includes(type))
      throw invalidParameterValue(`'${type}' is not a valid taggable resource type for this operation.`);
    if (byType[type])
      throw invalidParameterValue(
        `The same resource type may not be specified more than once in tag specifications`,
      );
    if (!tags || tags.length === 0) throw missingParameter('TagSpecification.Tags');
    byType[type] = parseTags(tags);
  }
  return byType;
};
