import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import type { WireAnswer } from './protocol.ts';
import { serviceException } from './service-exception.ts';

/** The SDK's own waits in standard mode: a random part of base times two per attempt, at most 20 s.
 *  https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const baseMilliseconds = 100;
const throttledBaseMilliseconds = 500;
const maxMilliseconds = 20_000;

type Retriable = Parameters<typeof isTransientError>[0];

const isRetried = (error: Retriable): boolean =>
  isThrottlingError(error) || isTransientError(error) || isServerError(error);

/** How long to wait after attempt number `attempt`, which is 1 for the first. */
const backOff = (error: Retriable, attempt: number): number => {
  const base = isThrottlingError(error) ? throttledBaseMilliseconds : baseMilliseconds;
  return Math.floor(Math.random() * Math.min(base * 2 ** (attempt - 1), maxMilliseconds));
};

/**
 * Sends a call until it succeeds, fails for good or has used up its attempts. The plug-in stands above the SDK's retries,
 * so it does them itself: the same errors and the same waits in standard mode, without the client-wide token budget.
 *
 * @throws ServiceException the last attempt's error
 */
export const sendWithRetries = async (
  client: string,
  maxAttempts: number,
  send: () => Promise<WireAnswer>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<object> => {
  let totalRetryDelay = 0;
  for (let attempts = 1; ; attempts += 1) {
    const answer = await send();
    const metadata = { requestId: answer.requestId, attempts, totalRetryDelay };
    if ('output' in answer)
      return { ...(answer.output as object), $metadata: { httpStatusCode: 200, ...metadata } };
    const error = serviceException(client, answer.error, metadata);
    if (attempts >= maxAttempts || !isRetried(error as Retriable)) throw error;
    const delay = backOff(error as Retriable, attempts);
    totalRetryDelay += delay;
    await wait(delay);
  }
};
