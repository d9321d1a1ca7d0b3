import { describe, expect, it } from 'vitest';
import { type BatchSettings, processBatch } from '../../../../../local/engine/sources/stream-batch.ts';
import type { StreamRecord } from '../../../../../local/engine/sources/stream-record.ts';

const record = (n: number): StreamRecord =>
  ({ dynamodb: { SequenceNumber: String(n), ApproximateCreationDateTime: 1000 } }) as never;

const settings: BatchSettings = {
  bisectOnError: false,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  reportsItemFailures: true,
};

const numbers = (records: readonly StreamRecord[]): string =>
  records.map((r) => r.dynamodb.SequenceNumber).join('');

/** Processes records 1 to 4 with a function, and tells what happened. */
const run = async (
  handler: (records: string, call: number) => unknown,
  changes: Partial<BatchSettings> = {},
  now = 1_000_000,
) => {
  const calls: string[] = [];
  const done: string[] = [];
  const lost: string[] = [];
  await processBatch(
    [1, 2, 3, 4].map(record),
    { ...settings, ...changes },
    {
      invoke: async (records) => {
        calls.push(numbers(records));
        return handler(numbers(records), calls.length);
      },
      done: (last) => done.push(last.dynamodb.SequenceNumber),
      giveUp: (records, invocations, condition) =>
        lost.push(`${numbers(records)} ${invocations} ${condition}`),
      stopping: () => calls.length >= 20,
      pause: async () => undefined,
      now: () => now,
    },
  );
  return { calls, done, lost };
};

const failed = (n: string) => ({ batchItemFailures: [{ itemIdentifier: n }] });
const broken = () => {
  throw new Error('broken');
};

describe('a batch of a stream', () => {
  it('is done after one call that succeeds', async () => {
    expect(await run(() => undefined)).toEqual({ calls: ['1234'], done: ['4'], lost: [] });
  });

  it('goes on from the first failed record', async () => {
    expect(await run((_, call) => (call === 1 ? failed('3') : undefined))).toEqual({
      calls: ['1234', '34'],
      done: ['2', '4'],
      lost: [],
    });
  });

  it('is called again as a whole when the function breaks', async () => {
    expect((await run((_, call) => (call < 3 ? broken() : undefined))).calls).toEqual([
      '1234',
      '1234',
      '1234',
    ]);
  });

  it('is halved until the bad record stands alone, which is then given up', async () => {
    const result = await run((records) => (records.includes('3') ? broken() : undefined), {
      bisectOnError: true,
      maximumRetryAttempts: 1,
    });
    expect(result).toEqual({
      calls: ['1234', '12', '34', '3', '3', '4'],
      done: ['2', '3', '4'],
      lost: ['3 2 RetryAttemptsExhausted'],
    });
  });

  it('is given up whole when its retries are used up', async () => {
    expect(await run(broken, { maximumRetryAttempts: 2 })).toEqual({
      calls: ['1234', '1234', '1234'],
      done: ['4'],
      lost: ['1234 3 RetryAttemptsExhausted'],
    });
  });

  it('is given up when its records are too old', async () => {
    expect(await run(broken, { maximumRecordAgeSeconds: 60 }, 1_061_000)).toEqual({
      calls: ['1234'],
      done: ['4'],
      lost: ['1234 1 RecordAgeExceeded'],
    });
  });

  it('is retried without end otherwise', async () => {
    expect((await run(broken)).calls).toHaveLength(20);
  });

  it('ignores item failures where they are not asked for', async () => {
    expect((await run(() => failed('2'), { reportsItemFailures: false })).calls).toEqual(['1234']);
  });

  it('retries all where the failed record is none of the batch', async () => {
    expect((await run((_, call) => (call === 1 ? failed('9') : undefined))).calls).toEqual(['1234', '1234']);
  });
});
