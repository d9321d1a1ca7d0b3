import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { createSqsMessaging } from '../../../../lib/services/queues/backend.sqs.ts';
import type { Messaging } from '../../../../lib/services/queues/backend.ts';
import { QueueMessages } from '../../../../lib/services/queues/messages.ts';
import { openReceipt, receiptHandle } from '../../../../lib/services/queues/receipts.ts';
import type { QueueRecord } from '../../../../lib/services/queues/record.ts';
import { newCaller } from '../instances/harness.ts';

const { signal } = new AbortController();
const caller = newCaller();
const now = Date.UTC(2026, 10, 25);
const queue = {
  id: '01900000-0000-7000-8000-000000000001',
  tenant: caller.principal.tenant,
  receipt_key: Buffer.alloc(32, 1).toString('base64'),
} as QueueRecord;
const handle = receiptHandle(queue, { handle: 'of SQS', until: now + 30_000 });

/** The service over a backend that answers so. */
const answering = (answer: Awaited<ReturnType<Messaging['hideOne']>>) => {
  const asked: [string, number][] = [];
  const hideOne: Messaging['hideOne'] = async (_, own, seconds) => {
    asked.push([own, seconds]);
    return answer;
  };
  const messages = new QueueMessages({
    store: { get: async () => queue },
    messaging: async () => ({ hideOne }) as Messaging,
    sleep: async () => undefined,
    clock: { now: () => now },
  });
  return { asked, change: (text: string, seconds: number) => messages.hide(caller, queue.id, text, seconds) };
};

describe('how long a message is hidden', () => {
  it('is told to SQS by its own handle, and the answer’s handle holds as long', async () => {
    const { asked, change } = answering('hidden');
    const { receipt_handle = '', visible_at } = await change(handle, 600);
    expect(asked).toEqual([['of SQS', 600]]);
    expect(Date.parse(visible_at)).toBe(now + 600_000);
    expect(openReceipt(queue, receipt_handle, now + 599_999)).toEqual({
      handle: 'of SQS',
      until: now + 600_000,
    });
    expect(openReceipt(queue, receipt_handle, now + 600_000)).toBeUndefined();
  });

  it('has no handle where it is not hidden any more', async () => {
    expect(await answering('hidden').change(handle, 0)).toEqual({
      queue_id: queue.id,
      visible_at: new Date(now).toISOString(),
    });
  });

  it.each([
    ['forged', `${handle.slice(0, -2)}AA`],
    ['over', receiptHandle(queue, { handle: 'of SQS', until: now })],
    ['another queue’s', receiptHandle({ ...queue, id: 'other' }, { handle: 'x', until: now + 1 })],
  ])('is not SQS’ to say where the handle is %s', async (_, text) => {
    const { asked, change } = answering('hidden');
    await expect(change(text, 60)).rejects.toMatchObject({ type: 'NOT_FOUND' });
    expect(asked).toEqual([]);
  });

  it.each([
    ['unknown', { type: 'NOT_FOUND' }],
    ['beyond', { type: 'INVALID_INPUT', issues: [{ path: 'visibility_timeout' }] }],
  ] as const)('that is %s to SQS is refused', async (answer, error) => {
    await expect(answering(answer).change(handle, 60)).rejects.toMatchObject(error);
  });
});

/** What no server in its place says as SQS does. */
describe('SQS’ refusal of a visibility', () => {
  it.each([
    [
      'more than twelve hours',
      {
        Code: 'InvalidParameterValue',
        SenderFault: true,
        Message:
          'Value 43200 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is beyond the limit [43200 seconds].',
      },
      'beyond',
    ],
    [
      'a message that is not in flight',
      { Code: 'MessageNotInflight', SenderFault: true, Message: 'not in flight' },
      'unknown',
    ],
    ['a handle that is none', { Code: 'ReceiptHandleIsInvalid', SenderFault: true }, 'unknown'],
  ])('for %s', async (_, failed, expected) => {
    const client = new SQSClient({ region: 'us-east-1' });
    mockClient(client)
      .on(ChangeMessageVisibilityBatchCommand)
      .resolves({ Successful: [], Failed: [{ Id: '0', ...failed }] });
    const messaging = createSqsMessaging({ client, places: { url: 'https://q/', arn: '' }, stage: 'test' });
    expect(await messaging.hideOne({ ...queue, fifo: false }, 'handle', 60, signal)).toBe(expected);
  });

  it('for a reason of its own is no answer', async () => {
    const client = new SQSClient({ region: 'us-east-1' });
    mockClient(client)
      .on(ChangeMessageVisibilityBatchCommand)
      .resolves({
        Successful: [],
        Failed: [{ Id: '0', Code: 'InternalError', SenderFault: false, Message: 'x' }],
      });
    const messaging = createSqsMessaging({ client, places: { url: 'https://q/', arn: '' }, stage: 'test' });
    await expect(messaging.hideOne({ ...queue, fifo: false }, 'handle', 60, signal)).rejects.toMatchObject({
      failure: 'ambiguous',
    });
  });
});
