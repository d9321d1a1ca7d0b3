import { expect, it } from 'vitest';
import { failedItems } from '../../../../../local/engine/sources/batch-failures.ts';

it.each([
  ['nothing', undefined, []],
  ['null', null, []],
  ['an empty string', '', []],
  ['an empty object', {}, []],
  ['no failures', { batchItemFailures: [] }, []],
  ['failures that are null', { batchItemFailures: null }, []],
  ['some failures', { batchItemFailures: [{ itemIdentifier: 'a' }, { itemIdentifier: 'b' }] }, ['a', 'b']],
])('takes %s as it is meant', (_, result, expected) => {
  expect(failedItems(result)).toEqual(new Set(expected));
});

it.each([
  ['an identifier that is empty', { batchItemFailures: [{ itemIdentifier: '' }] }],
  ['an identifier that is null', { batchItemFailures: [{ itemIdentifier: null }] }],
  ['an item without an identifier', { batchItemFailures: [{ id: 'a' }] }],
  ['no list', { batchItemFailures: 'a' }],
])('takes %s for a failure of all', (_, result) => {
  expect(failedItems(result)).toBe('all');
});
