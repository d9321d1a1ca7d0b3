import type { Timers } from '../../clock.ts';
import { InvocationError } from './function-settings.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** Lambda waits one minute before the first retry of an asynchronous invocation, two before the second.
 *  https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html */
const retryMilliseconds = [60_000, 120_000];

/** The record that Lambda sends to a failure destination, which says more than the event that a dead-letter queue gets. */
const failureOf = (
  { settings }: LambdaFunction,
  event: unknown,
  error: InvocationError,
  attempt: number,
) => ({
  version: '1.0',
  requestContext: {
    functionArn: `${settings.arn}:$LATEST`,
    condition: 'RetriesExhausted',
    approximateInvokeCount: attempt + 1,
  },
  requestPayload: event,
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  responsePayload: { errorType: error.type, errorMessage: error.message, trace: error.trace },
});

/**
 * Invokes a function as `InvocationType: Event` does: the caller does not wait, errors are retried, and what fails for
 * good goes to the function's failure destination and dead-letter queue. Held in memory only, so a killed engine forgets it; the schedules that
 * use it come again.
 */
export const invokeLater = (
  target: LambdaFunction,
  event: unknown,
  services: {
    timers: Timers;
    /** True once the engine stops: what fails then is not tried again. */
    stopping(): boolean;
    deadLetter(queueArn: string, body: string): void;
  },
  attempt = 0,
): Promise<void> =>
  target.invoke(event).then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof InvocationError)) throw error;
      if (services.stopping()) return;
      const wait =
        attempt < target.asynchronous.maximumRetryAttempts ? retryMilliseconds[attempt] : undefined;
      if (wait !== undefined) {
        services.timers.after(wait, () => void invokeLater(target, event, services, attempt + 1));
        return;
      }
      const { onFailureArn } = target.asynchronous;
      if (onFailureArn)
        services.deadLetter(onFailureArn, JSON.stringify(failureOf(target, event, error, attempt)));
      if (target.settings.deadLetterArn)
        services.deadLetter(target.settings.deadLetterArn, JSON.stringify(event));
    },
  );
