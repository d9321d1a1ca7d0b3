import { describe, expect, it } from 'vitest';
import { matches } from '../../../../lib/services/subscriptions/filter-policy/matches.ts';
import { FilterPolicy } from '../../../../lib/services/subscriptions/filter-policy/schema.ts';
import type { MessageAttributes } from '../../../../lib/services/topics/schema.ts';

const order: MessageAttributes = { event: 'order.created', amount: 42, paid: true, tags: ['new', 'vip'] };

describe('a message with an event, an amount, a flag and tags', () => {
  it.each<[string, FilterPolicy, boolean]>([
    ['its event', { event: ['order.created'] }, true],
    ['one of several events', { event: ['order.paid', 'order.created'] }, true],
    ['another event', { event: ['order.paid'] }, false],
    ['its event in another case', { event: ['Order.created'] }, false],
    ['the number of its amount', { amount: [42] }, true],
    ['the text of its amount, which is not the number', { amount: ['42'] }, false],
    ['its flag', { paid: [true] }, true],
    ['the other flag', { paid: [false] }, false],
    ['a beginning of its event', { event: [{ prefix: 'order.' }] }, true],
    ['a beginning of another', { event: [{ prefix: 'user.' }] }, false],
    ['a beginning, of what is no text', { amount: [{ prefix: '4' }] }, false],
    ['one of its tags', { tags: ['vip'] }, true],
    ['none of its tags', { tags: ['old'] }, false],
    ['anything but another event', { event: [{ 'anything-but': 'order.paid' }] }, true],
    ['anything but its event', { event: [{ 'anything-but': ['order.created'] }] }, false],
    ['anything but a beginning of it', { event: [{ 'anything-but': { prefix: 'order.' } }] }, false],
    ['anything but a number that it has not', { amount: [{ 'anything-but': [1, 2] }] }, true],
    ['anything but one of its tags, as it has another', { tags: [{ 'anything-but': ['vip'] }] }, true],
    ['anything but all of its tags', { tags: [{ 'anything-but': ['vip', 'new'] }] }, false],
    ['anything but something of an attribute that it has not', { other: [{ 'anything-but': 'x' }] }, false],
    ['an equal number', { amount: [{ numeric: ['=', 42] }] }, true],
    ['a smaller bound', { amount: [{ numeric: ['>', 41.9] }] }, true],
    ['its number, which it must exceed', { amount: [{ numeric: ['>', 42] }] }, false],
    ['a range around it', { amount: [{ numeric: ['>=', 42, '<', 43] }] }, true],
    ['a range that ends at it', { amount: [{ numeric: ['>', 0, '<', 42] }] }, false],
    ['a number, of what is none', { event: [{ numeric: ['>', 0] }] }, false],
    ['that it has an event', { event: [{ exists: true }] }, true],
    ['that it has no event', { event: [{ exists: false }] }, false],
    ['that it has no other attribute', { other: [{ exists: false }] }, true],
    ['that it has another attribute', { other: [{ exists: true }] }, false],
    ['an attribute of every object', { constructor: [{ exists: true }] }, false],
    ['two names that both match', { event: ['order.created'], amount: [42] }, true],
    ['two names of which one does not', { event: ['order.created'], amount: [43] }, false],
  ])('is judged by a policy that asks for %s', (_, policy, expected) => {
    expect(FilterPolicy.safeParse(policy).success).toBe(true);
    expect(matches(policy, order)).toBe(expected);
  });

  it('is taken where there is no policy', () => {
    expect(matches(undefined, order)).toBe(true);
    expect(matches(undefined)).toBe(true);
  });

  it('with an empty list for an attribute has no such attribute', () => {
    expect(matches({ tags: [{ exists: false }] }, { tags: [] })).toBe(true);
  });
});

describe('a filter policy', () => {
  const many = Array.from({ length: 13 }, (_, index) => index);
  it.each<[string, unknown]>([
    ['names nothing', {}],
    ['names more than five attributes', { a: [1], b: [1], c: [1], d: [1], e: [1], f: [1] }],
    ['comes to more than 150 combinations', { a: many, b: many }],
    ['has no conditions for a name', { a: [] }],
    ['has a condition that is no list', { a: 'x' }],
    ['has an unknown operator', { a: [{ suffix: 'x' }] }],
    ['has two operators in one condition', { a: [{ prefix: 'x', exists: true }] }],
    ['has an empty prefix', { a: [{ prefix: '' }] }],
    ['has anything-but nothing', { a: [{ 'anything-but': [] }] }],
    ['has a comparison without a number', { a: [{ numeric: ['>'] }] }],
    ['has an unknown comparison', { a: [{ numeric: ['!=', 1] }] }],
    ['has a range upside down', { a: [{ numeric: ['>', 5, '<', 1] }] }],
    ['has two lower bounds', { a: [{ numeric: ['>', 1, '>', 2] }] }],
    ['has null', { a: [null] }],
    ['has a name of strange characters', { 'a b': [1] }],
    ['is a list', []],
    ['is text', '{}'],
  ])('is refused where it %s', (_, policy) => {
    expect(FilterPolicy.safeParse(policy).success).toBe(false);
  });
});
