import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { Collection } from '../../../../../local/aws/ec2/store/collection.ts';

describe('a collection', () => {
  it('finds records by a column that an earlier version did not keep', () => {
    const database = new DatabaseSync(':memory:');
    const before = new Collection<{ id: string; colour?: string }>(database, 'things');
    before.put('a/b', { id: '1', colour: 'red' });
    before.put('a/b', { id: '2' });
    const after = new Collection<{ id: string; colour?: string }>(database, 'things', {
      colour: ({ colour }) => colour,
    });
    expect(after.where('a/b', 'colour', 'red')).toEqual([{ id: '1', colour: 'red' }]);
    expect(after.list('a/b')).toHaveLength(2);
    expect(after.scopes()).toEqual(['a/b']);
  });
});
