import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import type { ConditionContext, Need, Place } from '../request.ts';
import { ec2Arn } from './ec2-resources.ts';

/** `aws:RequestTag/…` and `aws:TagKeys`. */
export const tagContext = (tags: readonly Tag[] | undefined): ConditionContext =>
  tags && tags.length > 0
    ? {
        'aws:tagkeys': tags.map(({ Key = '' }) => Key),
        ...Object.fromEntries(
          tags.map(({ Key = '', Value = '' }) => [`aws:requesttag/${Key.toLowerCase()}`, Value]),
        ),
      }
    : {};

/** The tags that a creating call gives to what it creates of one type. */
export const tagsOfType = (specifications: readonly TagSpecification[] | undefined, type: string): Tag[] =>
  (specifications ?? []).filter(({ ResourceType }) => ResourceType === type).flatMap(({ Tags = [] }) => Tags);

/**
 * Tagging at creation is a `CreateTags` of its own, which tells the creating action in `ec2:CreateAction`.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
export const createTagsNeeds = (
  action: string,
  specifications: readonly TagSpecification[] | undefined,
  place: Place,
): Need[] =>
  (specifications ?? [])
    .filter(({ Tags = [] }) => Tags.length > 0)
    .map(({ ResourceType = '*', Tags }) => ({
      action: 'ec2:CreateTags',
      resources: [ec2Arn(place, ResourceType)],
      context: { 'ec2:createaction': action, ...tagContext(Tags) },
    }));
