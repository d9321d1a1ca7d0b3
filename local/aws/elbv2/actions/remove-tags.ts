import type { RemoveTagsInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { getTagged } from '../rules/tagged.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RemoveTags.html */
export const removeTags = defineAction<RemoveTagsInput, Record<string, never>>({
  required: ['ResourceArns', 'TagKeys'],
  perform({ ResourceArns: arns = [], TagKeys: keys = [] }, call) {
    for (const resource of arns.map((arn) => getTagged(arn, call)))
      resource.retag(
        Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !keys.includes(key))),
      );
    return {};
  },
});
