import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type Failure, failureOf, unavailable } from './failures.ts';

export interface RetryOptions {
  clock: Clock;
  /** From 0 up to 1. */
  random(): number;
  /** How long one call may take with all its tries. A caller's signal can only shorten it. */
  budgetMilliseconds: number;
  /** Tries at most, the first included. */
  maxAttempts: number;
  /** Waits, and rejects as soon as the signal aborts. */
  sleep(milliseconds: number, signal: AbortSignal | undefined): Promise<unknown>;
}

/** Upper bound of the first pause; doubles with each try up to the cap. */
const baseMilliseconds = 25;
const capMilliseconds = 1_000;

export const sleep: RetryOptions['sleep'] = (milliseconds, signal) =>
  pause(milliseconds, undefined, { signal });

/**
 * Runs `attempt` until it succeeds, fails for good, or the budget ends. Waits between tries with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param attempt is told whether an earlier try may have had its effect
 * @param classify what to make of an error; `failureOf` by default
 * @throws CloudError `UNAVAILABLE` where the budget or the signal ends it
 */
export const withRetry = async <T>(
  options: RetryOptions,
  signal: AbortSignal | undefined,
  attempt: (maybeDone: boolean) => Promise<T>,
  classify: (error: unknown) => Failure = failureOf,
): Promise<T> => {
  const deadline = options.clock.now() + options.budgetMilliseconds;
  let maybeDone = false;
  for (let tries = 1; ; tries++) {
    if (signal?.aborted) throw unavailable(signal.reason, 'the request was over before the table was asked');
    try {
      return await attempt(maybeDone);
    } catch (error) {
      const failure = classify(error);
      if (failure === 'final') throw error;
      if (signal?.aborted) throw unavailable(error, 'the request was over before the table had answered');
      maybeDone ||= failure === 'ambiguous';
      const wait = options.random() * Math.min(capMilliseconds, baseMilliseconds * 2 ** (tries - 1));
      if (tries >= options.maxAttempts || options.clock.now() + wait > deadline)
        throw unavailable(error, `the table did not take the request in ${tries} tries`);
      await options.sleep(wait, signal).catch((aborted: unknown) => {
        throw unavailable(aborted, `the request was over after ${tries} tries`);
      });
    }
  }
};
