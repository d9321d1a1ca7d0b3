import { ConditionalCheckFailedException, InternalServerError } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import { failureOf } from '../../../../lib/platform/table/failures.ts';
import { type RetryOptions, withRetry } from '../../../../lib/platform/table/retry.ts';

const named = (name: string, more: object = {}) => Object.assign(new Error(name), { name }, more);
const throttled = named('ThrottlingException');

const setUp = (more: Partial<RetryOptions> = {}) => {
  const time = { now: 0 };
  const waits: number[] = [];
  const options: RetryOptions = {
    clock: { now: () => time.now },
    random: () => 1,
    budgetMilliseconds: 10_000,
    maxAttempts: Number.POSITIVE_INFINITY,
    sleep: async (milliseconds) => {
      waits.push(milliseconds);
      time.now += milliseconds;
    },
    ...more,
  };
  return { options, waits, time };
};

const failing = (times: number, error: unknown) => {
  let left = times;
  return async (maybeDone: boolean) => {
    if (left-- > 0) throw error;
    return maybeDone;
  };
};

describe('trying again', () => {
  it('waits up to twice as long each time, to a second at most', async () => {
    const { options, waits } = setUp();
    await withRetry(options, undefined, failing(8, throttled));
    expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1000, 1000]);
  });

  it('waits anything from nothing to that bound', async () => {
    const dice = [0, 0.5, 0.25];
    const { options, waits } = setUp({ random: () => dice.shift() ?? 0 });
    await withRetry(options, undefined, failing(3, throttled));
    expect(waits).toEqual([0, 25, 25]);
  });

  it('ends with UNAVAILABLE before a wait would go beyond the budget', async () => {
    const { options, time } = setUp({ budgetMilliseconds: 1_000 });
    const refusal = withRetry(options, undefined, failing(100, throttled));
    await expect(refusal).rejects.toMatchObject({
      type: 'UNAVAILABLE',
      cause: throttled,
      retryAfterSeconds: 1,
    });
    expect(time.now).toBeLessThanOrEqual(1_000);
  });

  it('ends with UNAVAILABLE when the signal aborts during a wait', async () => {
    const cut = new AbortController();
    const { options } = setUp({
      sleep: async () => {
        cut.abort();
        throw cut.signal.reason;
      },
    });
    await expect(withRetry(options, cut.signal, failing(100, throttled))).rejects.toMatchObject({
      type: 'UNAVAILABLE',
    });
    await expect(withRetry(options, cut.signal, failing(0, throttled))).rejects.toMatchObject({
      type: 'UNAVAILABLE',
    });
  });

  it.each([
    ['was refused for certain', throttled, false],
    ['may have had its effect', named('TimeoutError'), true],
  ])('tells the next try that the one before %s', async (_, error, maybeDone) => {
    expect(await withRetry(setUp().options, undefined, failing(1, error))).toBe(maybeDone);
  });

  it('remembers that any earlier try may have had its effect', async () => {
    const errors = [named('TimeoutError'), throttled];
    const attempt = async (maybeDone: boolean) => {
      const error = errors.shift();
      if (error) throw error;
      return maybeDone;
    };
    expect(await withRetry(setUp().options, undefined, attempt)).toBe(true);
  });

  it('throws at once what no other try can help', async () => {
    const { options, waits } = setUp();
    const bug = named('ValidationException');
    await expect(withRetry(options, undefined, failing(1, bug))).rejects.toBe(bug);
    expect(waits).toEqual([]);
  });
});

describe('what a failure of DynamoDB means', () => {
  const $metadata = { httpStatusCode: 500 };
  it.each([
    ['a throttle', named('ProvisionedThroughputExceededException'), 'refused'],
    ['an account limit', named('RequestLimitExceeded'), 'refused'],
    ['a conflict with a transaction', named('TransactionConflictException'), 'refused'],
    ['a transaction still under way', named('TransactionInProgressException'), 'ambiguous'],
    ['a server error', new InternalServerError({ message: 'x', $metadata }), 'ambiguous'],
    ['any 5xx', named('Unknown', { $metadata: { httpStatusCode: 503 } }), 'ambiguous'],
    ['a lost connection', named('Error', { code: 'ECONNRESET' }), 'ambiguous'],
    ['a refused connection', named('Error', { code: 'ECONNREFUSED' }), 'ambiguous'],
    ['a time-out', named('TimeoutError'), 'ambiguous'],
    ['a hang-up', new Error('socket hang up'), 'ambiguous'],
    ['a failed condition', new ConditionalCheckFailedException({ message: 'x', $metadata: {} }), 'final'],
    ['a bad request', named('ValidationException', { $metadata: { httpStatusCode: 400 } }), 'final'],
    ['a missing grant', named('AccessDeniedException', { $metadata: { httpStatusCode: 400 } }), 'final'],
    ['an error of our own', new CloudError('UNAVAILABLE', 'x'), 'final'],
    ['something that is no error', 'x', 'final'],
  ])('%s: %s', (_, error, failure) => {
    expect(failureOf(error)).toBe(failure);
  });
});
