import type { DescribeTagsInput, DescribeTagsOutput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { validationError } from '../rules/errors.ts';
import { getTagged } from '../rules/tagged.ts';
import { toTagList } from '../rules/tags.ts';

const maxResources = 20;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeTags.html */
export const describeTags = defineAction<DescribeTagsInput, DescribeTagsOutput>({
  required: ['ResourceArns'],
  perform({ ResourceArns: arns = [] }, call) {
    if (arns.length > maxResources)
      throw validationError(`At most ${maxResources} resources can be named in one request`);
    return {
      TagDescriptions: arns.map((arn) => ({ ResourceArn: arn, Tags: toTagList(getTagged(arn, call).tags) })),
    };
  },
});
