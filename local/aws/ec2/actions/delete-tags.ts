import type { DeleteTagsRequest } from '@aws-sdk/client-ec2';
import { defineAction } from '../engine/action.ts';
import { getTagged } from '../rules/tagged-resources.ts';

/**
 * Without Tags all go; a tag with a value goes only if it has that value.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html
 */
export const deleteTags = defineAction<DeleteTagsRequest, Record<string, never>>({
  required: ['Resources'],
  optional: ['Tags'],
  perform({ Resources: ids = [], Tags: unwanted }, call) {
    for (const resource of ids.map((id) => getTagged(id, call))) {
      const kept = Object.entries(resource.tags).filter(
        ([key, value]) =>
          unwanted &&
          !unwanted.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value)),
      );
      resource.retag(Object.fromEntries(kept));
    }
    return {};
  },
});
