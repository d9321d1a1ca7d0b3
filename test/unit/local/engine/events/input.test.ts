import { expect, it } from 'vitest';
import { targetInput, valueAt } from '../../../../../local/engine/events/input.ts';

const event = {
  source: 'aws.ec2',
  resources: ['r0', 'r1'],
  detail: { 'instance-id': 'i-1', n: 3, 'a "b"': 'q"q' },
};
const none = { constant: undefined, path: undefined, transformer: undefined };

it.each([
  ['$.source', 'aws.ec2'],
  ['$.detail.instance-id', 'i-1'],
  ['$.resources[1]', 'r1'],
  ['$.detail', event.detail],
  ['$', event],
  ['$.detail.gone.further', undefined],
])('reads %s', (path, expected) => {
  expect(valueAt(path, event)).toEqual(expected);
});

it.each([
  ['the event', none, JSON.stringify(event)],
  ['a constant', { ...none, constant: '{"a":1}' }, '{"a":1}'],
  ['a part', { ...none, path: '$.detail.n' }, '3'],
  [
    'a template with values of their own type',
    {
      ...none,
      transformer: {
        paths: { id: '$.detail.instance-id', n: '$.detail.n' },
        template: '{"id":<id>,"n":<n>}',
      },
    },
    '{"id":"i-1","n":3}',
  ],
  [
    'a template with values inside text',
    { ...none, transformer: { paths: { id: '$.detail.instance-id' }, template: '"instance <id> moved"' } },
    '"instance i-1 moved"',
  ],
  [
    'a template with a value that is not there',
    { ...none, transformer: { paths: { id: '$.detail.gone' }, template: '{"id":<id>}' } },
    '{"id":null}',
  ],
])('sends %s', (_, input, expected) => {
  expect(targetInput(input, event)).toBe(expected);
});
