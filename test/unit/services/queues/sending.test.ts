import { describe, expect, it } from 'vitest';
import { readAttribute, writtenAttribute } from '../../../../lib/services/queues/attributes.ts';
import { SendMessage } from '../../../../lib/services/queues/message-schema.ts';
import type { QueueRecord } from '../../../../lib/services/queues/record.ts';
import { outgoing } from '../../../../lib/services/queues/sending.ts';

const standard = { max_message_size: 1_024, delay_seconds: 0 } as QueueRecord;
const fifo = { ...standard, fifo: true } as QueueRecord;
const byContent = { ...fifo, content_based_deduplication: true } as QueueRecord;
const message = (change: object = {}): SendMessage => SendMessage.parse({ body: 'x', ...change });
const inGroup = { message_group_id: 'g', deduplication_id: 'd' };

describe('a message for a queue', () => {
  it.each([
    ['a plain one', standard, {}, { body: 'x', delaySeconds: undefined }],
    ['a delayed one', standard, { delay_seconds: 900 }, { body: 'x', delaySeconds: 900 }],
    ['one of a group', fifo, inGroup, { body: 'x', groupId: 'g', deduplicationId: 'd' }],
    ['one that its text tells', byContent, { message_group_id: 'g' }, { body: 'x', groupId: 'g' }],
    ['one with attributes', standard, { attributes: { a: 1 } }, { body: 'x', attributes: { a: 1 } }],
    ['one of just the size', standard, { body: 'é'.repeat(512) }, { body: 'é'.repeat(512) }],
  ])('is %s', (_, queue, change, expected) => {
    expect(outgoing(queue, message(change))).toEqual(expected);
  });

  it.each([
    ['is a byte too long', standard, { body: `${'é'.repeat(512)}x` }, 'body'],
    [
      'is too long with its attributes',
      standard,
      { body: 'x'.repeat(1_013), attributes: { a: true } },
      'attributes',
    ],
    ['names a group', standard, { message_group_id: 'g' }, 'message_group_id'],
    ['names a deduplication id', standard, { deduplication_id: 'd' }, 'deduplication_id'],
    ['has no group', fifo, { deduplication_id: 'd' }, 'message_group_id'],
    ['has no deduplication id', fifo, { message_group_id: 'g' }, 'deduplication_id'],
    ['has a delay of its own', fifo, { ...inGroup, delay_seconds: 1 }, 'delay_seconds'],
  ])('that %s is refused by name', (_, queue, change, field) => {
    expect(() => outgoing(queue, message(change))).toThrow(
      expect.objectContaining({ type: 'INVALID_INPUT', issues: [expect.objectContaining({ path: field })] }),
    );
    expect(() => outgoing(queue, message(change), 3)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: `messages.3.${field}` })] }),
    );
  });

  it.each([
    [{}],
    [{ 'a.b-c_1': 'x', n: -1.5, zero: 0, yes: false }],
    [{ text: 'tab\t💌' }],
    [Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, n]))],
  ])('may have the attributes %j, which come back as they were', (attributes) => {
    expect(message({ attributes }).attributes).toEqual(attributes);
    for (const value of Object.values(attributes)) {
      const { dataType, text } = writtenAttribute(value);
      expect(readAttribute(dataType, text)).toBe(value);
    }
  });

  it.each([
    [{ '': 'x' }],
    [{ '.a': 'x' }],
    [{ 'a.': 'x' }],
    [{ 'a..b': 'x' }],
    [{ 'AWS.x': 'x' }],
    [{ 'amazon.x': 'x' }],
    [{ 'a b': 'x' }],
    [{ ['a'.repeat(257)]: 'x' }],
    [{ a: '' }],
    [{ a: '\u0000' }],
    [{ a: null }],
    [{ a: ['x'] }],
    [{ a: 1e21 }],
    [{ a: 1e-7 }],
    [Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`a${n}`, n]))],
  ])('may not have the attributes %j', (attributes) => {
    expect(SendMessage.safeParse({ body: 'x', attributes }).success).toBe(false);
  });

  it.each(['tab\tand\r\nlines', '💌', '\uD7FF\uE000\uFFFD', '\u007F'])('may hold %j', (body) => {
    expect(SendMessage.safeParse({ body }).success).toBe(true);
  });

  it.each(['\u0000', '\u0001', '\u001B', '\uFFFE', '\uFFFF', '\uD800', ''])('may not hold %j', (body) => {
    expect(SendMessage.safeParse({ body }).success).toBe(false);
  });
});
