import type { Context, SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { sqsBatch } from '../../../../lib/platform/work/sqs-batch.ts';

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;
const event = (...bodies: string[]) =>
  ({
    Records: bodies.map((body, n) => ({
      messageId: `m${n}`,
      body,
      attributes: { ApproximateReceiveCount: '1' },
      eventSource: 'aws:sqs',
    })),
  }) as SQSEvent;

const worker = () => {
  const lines: [string, object][] = [];
  const seen: number[] = [];
  const handle = sqsBatch({
    schema: z.object({ n: z.int() }),
    log: {
      info: (text, fields) => lines.push([text, fields]),
      error: (text, fields) => lines.push([text, fields]),
    },
    handle: async (messages, { signal, deadline }) => {
      seen.push(...messages.map(({ n }) => n));
      expect(signal.aborted).toBe(false);
      expect(deadline).toBeLessThan(Date.now() + 10_000);
      return messages.map(({ n }) => (n < 0 ? { error: new Error('negative') } : { fields: { n } }));
    },
  });
  return { handle, lines, seen };
};

describe('the wrapper of a queue worker', () => {
  it('gives back those that failed or cannot be read, and logs one line for each', async () => {
    const { handle, lines, seen } = worker();
    const answer = await handle(event('{"n":1}', '{"n":-1}', 'nonsense', '{"n":"x"}', '{"n":2}'), context);
    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort()).toEqual([
      'm1',
      'm2',
      'm3',
    ]);
    expect(seen).toEqual([1, -1, 2]);
    expect(lines).toHaveLength(5);
  });

  it('does not throw where all have failed', async () => {
    const { handle } = worker();
    expect(await handle(event('{}', '{}'), context)).toEqual({
      batchItemFailures: [{ itemIdentifier: 'm0' }, { itemIdentifier: 'm1' }],
    });
  });

  it('answers that nothing failed', async () => {
    expect(await worker().handle(event('{"n":1}'), context)).toEqual({ batchItemFailures: [] });
  });
});
