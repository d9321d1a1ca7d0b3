import type { ListFilters } from '../../platform/store/types.ts';
import type { Condition } from '../../platform/table/types.ts';
import type { InstanceRecord } from './record.ts';
import type { InstanceFilters } from './schema.ts';

/** `<key>:<value>`, where both may hold colons themselves: every way to cut the text in two is meant. */
const tagCondition = (tag: string): Condition => {
  const cuts = [...tag].flatMap((character, index) => (character === ':' && index > 0 ? [index] : []));
  const names: Record<string, string> = { '#tags': 'tags' };
  const values: Record<string, unknown> = {};
  const clauses = cuts.map((cut, index) => {
    names[`#tag${index}`] = tag.slice(0, cut);
    values[`:tag${index}`] = tag.slice(cut + 1);
    return `#tags.#tag${index} = :tag${index}`;
  });
  return { expression: clauses.join(' or '), names, values };
};

/** The filters of `GET /instances`, as the store takes them. */
export const listFilters = ({ state, nodeId, tag }: InstanceFilters): ListFilters<InstanceRecord> => ({
  equals: { status: state, zone: nodeId },
  where: tag === undefined ? undefined : tagCondition(tag),
});
