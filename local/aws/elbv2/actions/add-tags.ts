import type { AddTagsInput } from '@aws-sdk/client-elastic-load-balancing-v2';
import { defineAction } from '../engine/action.ts';
import { getTagged } from '../rules/tagged.ts';
import { checkTagCount, parseTags } from '../rules/tags.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html */
export const addTags = defineAction<AddTagsInput, Record<string, never>>({
  required: ['ResourceArns', 'Tags'],
  perform({ ResourceArns: arns = [], Tags: tags }, call) {
    const added = parseTags(tags);
    for (const resource of arns.map((arn) => getTagged(arn, call)))
      resource.retag(checkTagCount({ ...resource.tags, ...added }));
    return {};
  },
});
