import { describe, expect, it } from 'vitest';
import { sqsEvent } from '../../../../lib/services/event-sources/event.ts';
import { failedOf } from '../../../../lib/services/event-sources/failed-items.ts';
import { packed } from '../../../../lib/services/event-sources/packs.ts';
import { openReceipt } from '../../../../lib/services/queues/receipts.ts';
import type { QueueRecord, ReceivedMessage } from '../../../../lib/services/queues/service.ts';

const message = (id: string, bytes = 1, groupId?: string): ReceivedMessage => ({
  id,
  body: 'x'.repeat(bytes),
  handle: `handle-${id}`,
  receivedCount: 1,
  sentAt: 1_700_000_000_000,
  ...(groupId !== undefined && { groupId }),
});
const idsOf = (messages: readonly ReceivedMessage[]) => messages.map(({ id }) => id).join('');

describe('messages become events', () => {
  const bytesOf = (some: readonly ReceivedMessage[]) => some.reduce((sum, { body }) => sum + body.length, 0);
  const [a, b, c, huge] = [message('a', 4), message('b', 4), message('c', 4), message('H', 11)];

  it.each<[string, ReceivedMessage[], boolean, object]>([
    ['that fit into one', [a, b], false, { packs: ['ab'], tooLong: '', later: '' }],
    ['of which it takes two', [a, b, c], false, { packs: ['ab', 'c'], tooLong: '', later: '' }],
    ['one of which fits nowhere', [a, huge, b], false, { packs: ['ab'], tooLong: 'H', later: '' }],
    ['of a FIFO queue, one event at a time', [a, b, c], true, { packs: ['ab'], tooLong: '', later: 'c' }],
    [
      'of a FIFO queue, none past one that fits nowhere',
      [a, huge, b],
      true,
      { packs: ['a'], tooLong: 'H', later: 'b' },
    ],
    ['that are none', [], true, { packs: [], tooLong: '', later: '' }],
  ])('%s', (_, messages, fifo, expected) => {
    const { packs, tooLong, later } = packed(messages, { fifo, maxBytes: 10, bytesOf });
    expect({ packs: packs.map(idsOf), tooLong: idsOf(tooLong), later: idsOf(later) }).toEqual(expected);
  });

  it('as Lambda’s are, with a handle that our own API knows and no NUL', () => {
    const queue = {
      id: 'q-1',
      tenant: 't-1',
      user_id: 'u-1',
      receipt_key: Buffer.alloc(32).toString('base64'),
    } as QueueRecord;
    const one = { ...message('m-1', 1, 'g'), body: 'a\0b', deduplicationId: 'd', sequenceNumber: '7' };
    const text = sqsEvent(queue, [one], 2_000_000_000_000).toString();
    expect(text).not.toContain('\0');
    const [record] = JSON.parse(text).Records;
    expect(record).toMatchObject({
      messageId: 'm-1',
      body: 'a\0b',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1700000000000',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
        SequenceNumber: '7',
      },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:thecloud:queue:local:u-1:queue/q-1',
    });
    expect(record.md5OfBody).toMatch(/^[0-9a-f]{32}$/);
    expect(openReceipt(queue, record.receiptHandle, 1_999_999_999_999)?.handle).toBe('handle-m-1');
  });
});

describe('of a batch', () => {
  const standard = ['a', 'b', 'c'].map((id) => ({ id, handle: id }));
  const fifo = ['x1', 'y1', 'x2', 'y2', 'x3'].map((id) => ({ id, handle: id, group: id.slice(0, 1) }));
  const naming = (...ids: unknown[]) =>
    JSON.stringify({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) });

  it.each<[string, boolean, { ok: boolean; result?: string }, string]>([
    ['none failed where the function did well and reports nothing', false, { ok: true }, ''],
    ['none failed whatever it says, where it is not asked', false, { ok: true, result: naming('a') }, ''],
    ['all failed where the function failed', true, { ok: false, result: naming('a') }, 'abc'],
    ['those failed that it names', true, { ok: true, result: naming('b') }, 'b'],
    ['none failed where it names none', true, { ok: true, result: naming() }, ''],
    ['none failed where it gives back null', true, { ok: true, result: 'null' }, ''],
    ['none failed where it gives back something else', true, { ok: true, result: '{"a":1}' }, ''],
    ['none failed where the list is null', true, { ok: true, result: '{"batchItemFailures":null}' }, ''],
    ['all failed where the result was too long to be kept', true, { ok: true }, 'abc'],
    ['all failed where the result is no JSON', true, { ok: true, result: 'oops' }, 'abc'],
    ['all failed where the list is none', true, { ok: true, result: '{"batchItemFailures":"b"}' }, 'abc'],
    ['all failed where an identifier is unknown', true, { ok: true, result: naming('b', 'z') }, 'abc'],
    ['all failed where an identifier is empty', true, { ok: true, result: naming('') }, 'abc'],
    ['all failed where an identifier is none', true, { ok: true, result: naming(null) }, 'abc'],
  ])('%s', (_, reports, outcome, expected) => {
    const failed = failedOf({ messages: standard, reports }, outcome);
    expect([...failed].map((index) => standard[index]?.id).join('')).toBe(expected);
  });

  it('in a FIFO queue what follows a failed one in its group failed too', () => {
    const failed = failedOf({ messages: fifo, reports: true }, { ok: true, result: naming('x1', 'y2') });
    expect([...failed].map((index) => fifo[index]?.id)).toEqual(['x1', 'x2', 'y2', 'x3']);
  });
});
