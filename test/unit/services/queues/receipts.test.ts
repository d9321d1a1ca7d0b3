import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openReceipt, receiptHandle } from '../../../../lib/services/queues/receipts.ts';

const now = 1_795_255_200_000;
const newQueue = () => ({
  id: randomUUID(),
  tenant: randomUUID(),
  receipt_key: randomBytes(32).toString('base64'),
});
const queue = newQueue();
/** As long as SQS makes them, with the letters that no path takes. */
const handle = `AQEB${'w+/='.repeat(100)}`;
const until = now + 30_000;
const given = receiptHandle(queue, { handle, until });

describe('a receipt handle', () => {
  it('stands for SQS’ own and its time, in letters that a path takes as they are', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 500, unit: 'grapheme' }),
        fc.integer({ min: 1, max: 10 ** 9 }),
        (own, ahead) => {
          const text = receiptHandle(queue, { handle: own, until: now + ahead });
          expect(text).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(openReceipt(queue, text, now)).toEqual({ handle: own, until: now + ahead });
        },
      ),
    );
    expect(given.length).toBeLessThan(600);
  });

  it('is unknown once its time is over', () => {
    expect(openReceipt(queue, given, until - 1)).toEqual({ handle, until });
    expect(openReceipt(queue, given, until)).toBeUndefined();
  });

  it.each([
    ['another queue', { ...queue, id: randomUUID() }],
    ['another tenant', { ...queue, tenant: randomUUID() }],
    ['a queue made anew', { ...queue, receipt_key: newQueue().receipt_key }],
  ])('is unknown to %s', (_, other) => {
    expect(openReceipt(other, given, now)).toBeUndefined();
  });

  it('is unknown with any letter changed, cut, added or spelled otherwise', () => {
    for (let at = 0; at < given.length; at += 1) {
      const other = given[at] === 'A' ? 'B' : 'A';
      expect(openReceipt(queue, given.slice(0, at) + other + given.slice(at + 1), now)).toBeUndefined();
      expect(openReceipt(queue, given.slice(0, at), now)).toBeUndefined();
    }
    for (const text of [
      `${given}A`,
      `${given}=`,
      ` ${given}`,
      given.replaceAll('-', '+'),
      `${given}.x`,
    ].filter((text) => text !== given))
      expect(openReceipt(queue, text, now)).toBeUndefined();
  });

  it.each(['', 'x', 'AAAA', '\u0000', '💌', randomUUID(), 'A'.repeat(2_000)])('is not %j', (text) => {
    expect(openReceipt(queue, text, now)).toBeUndefined();
  });
});
