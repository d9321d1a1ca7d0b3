import { describe, expect, it } from 'vitest';
import { mergeAdditions } from '../../../../lib/platform/table/merge-additions.ts';
import type { Write } from '../../../../lib/platform/table/types.ts';

const a = { pk: 'a', sk: 'a' };
const b = { pk: 'b', sk: 'b' };
const when = { expression: 'attribute_exists(pk)' };

describe('the writes of a transaction', () => {
  it.each<[string, Write[], Write[]]>([
    [
      'add to one item once, in the place of the first',
      [{ update: a, add: { x: 1 } }, { delete: b }, { update: { ...a }, add: { x: 2, y: -1 } }],
      [{ update: a, add: { x: 3, y: -1 } }, { delete: b }],
    ],
    [
      'keep items and tables apart',
      [
        { update: a, add: { x: 1 } },
        { update: b, add: { x: 1 } },
        { update: { ...a, table: 'ephemeral' }, add: { x: 1 } },
      ],
      [
        { update: a, add: { x: 1 } },
        { update: b, add: { x: 1 } },
        { update: { ...a, table: 'ephemeral' }, add: { x: 1 } },
      ],
    ],
    [
      'leave alone what has a condition, or sets anything',
      [
        { update: a, add: { x: 1 }, when },
        { update: a, add: { x: 1 }, set: { y: 1 } },
        { update: a, add: { x: 1 } },
      ],
      [
        { update: a, add: { x: 1 }, when },
        { update: a, add: { x: 1 }, set: { y: 1 } },
        { update: a, add: { x: 1 } },
      ],
    ],
  ])('%s', (_, given, merged) => expect(mergeAdditions(given)).toEqual(merged));
});
