import type { Tag, TagSpecification } from '@aws-sdk/client-ec2';
import { asList, type OneOrMore } from '../policy.ts';
import type { Need, Place } from '../request.ts';
import type { ServiceNeeds } from './call-needs.ts';
import { ec2Arn, ec2ArnOfId, resourcesOfAction } from './ec2-resources.ts';
import { runInstances } from './ec2-run-instances.ts';
import { createTagsNeeds, tagContext, tagsOfType } from './ec2-tags.ts';

type Input = Record<string, OneOrMore<string> | undefined> & { TagSpecifications?: TagSpecification[] };

const byTable =
  (action: string, resources: Readonly<Record<string, string>>) =>
  (input: Input, place: Place): Need[] => {
    const needs = Object.entries(resources).flatMap(([type, field]): Need[] => {
      const ids = field === '*' ? [undefined] : asList(input[field]);
      return ids.map((id) => ({
        action: `ec2:${action}`,
        resources: [ec2Arn(place, type, id)],
        context: id === undefined ? tagContext(tagsOfType(input.TagSpecifications, type)) : {},
      }));
    });
    // A call that names nothing by id is not let through unchecked.
    if (needs.length === 0) needs.push({ action: `ec2:${action}`, resources: ['*'] });
    return [...needs, ...createTagsNeeds(action, input.TagSpecifications, place)];
  };

const tagging =
  (action: string) =>
  ({ Resources, Tags }: { Resources: string[]; Tags?: Tag[] }, place: Place): Need[] =>
    Resources.map((id) => ({
      action: `ec2:${action}`,
      resources: [ec2ArnOfId(place, id)],
      context: tagContext(Tags),
    }));

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
export const ec2: ServiceNeeds = {
  ...Object.fromEntries(
    Object.entries(resourcesOfAction).map(([action, resources]) => [action, byTable(action, resources)]),
  ),
  RunInstances: runInstances,
  CreateTags: tagging('CreateTags'),
  DeleteTags: tagging('DeleteTags'),
};
