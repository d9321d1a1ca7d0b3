import type { CreateTagsRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { getTagged } from '../rules/tagged-resources.ts';
import { checkTagCount, parseTags } from '../rules/tags.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export const createTags = defineAction<CreateTagsRequest, Record<string, never>>({
  required: ['Resources', 'Tags'],
  perform({ Resources: ids = [], Tags: tags = [] }, call) {
    const added = parseTags(tags);
    for (const resource of ids.map((id) => getTagged(id, call))) {
      const merged = { ...resource.tags, ...added };
      checkTagCount(merged);
      resource.retag(merged);
    }
    return {};
  },
});
