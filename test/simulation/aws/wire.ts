import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { AwsError } from '../../../local/aws/stand-in.ts';
import { serviceException } from '../../../local/aws/wire/service-exception.ts';
import type { AwsCall } from '../engine/ambient.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Crashes } from '../engine/crashes.ts';
import { currentProcess, forTheLiving, runOutside } from '../engine/process.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Trace } from '../engine/trace.ts';
import { throttled } from '../table/errors.ts';

export interface WireOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  trace: Trace;
  crashes: Crashes;
  /** Has the call's effect. @throws what the service answers */
  perform(call: AwsCall): Promise<unknown>;
}

const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

const isRetried = (error: Error): boolean => {
  const given = error as Parameters<typeof isTransientError>[0];
  return isThrottlingError(given) || isTransientError(given) || isServerError(given);
};

/** Failures that say nothing of whether the effect is there. */
const unclear = (client: string): Error =>
  serviceException(client, {
    name: client === 'DynamoDBClient' ? 'InternalServerError' : 'InternalError',
    message: 'An internal error has occurred',
    statusCode: 500,
  });

const refusal = (client: string): Error =>
  client === 'DynamoDBClient'
    ? throttled()
    : serviceException(client, {
        name: client === 'EC2Client' ? 'RequestLimitExceeded' : 'ThrottlingException',
        message: 'Request limit exceeded.',
        statusCode: 503,
      });

/** An error of a service as the SDK throws it. */
const asThrown = (client: string, error: unknown): unknown =>
  error instanceof AwsError
    ? serviceException(client, { name: error.name, message: error.message, statusCode: error.statusCode })
    : error;

/**
 * The way between a process and AWS. A request is on its way for a while, and so is its answer; either may be lost, and the
 * process may die meanwhile: what it has sent has its effect all the same.
 */
export const createWire = ({ scheduler, chaos, trace, crashes, perform }: WireOptions) => {
  const attempt = (call: AwsCall, signal: AbortSignal | undefined): Promise<unknown> =>
    forTheLiving((resolve, reject) => {
      const process = currentProcess();
      if (process && !process.alive) return;
      if (signal?.aborted) return reject(named('AbortError', 'Request aborted'));
      if (crashes.strike(process, 'before', call.command)) return;
      let over = false;
      const settle = (outcome: () => void): void => {
        if (over) return;
        over = true;
        cancelTimeout();
        signal?.removeEventListener('abort', aborted);
        outcome();
      };
      const aborted = (): void => settle(() => reject(named('AbortError', 'Request aborted')));
      signal?.addEventListener('abort', aborted, { once: true });
      const { requestTimeoutMilliseconds: most } = call;
      const timedOut = (): void => settle(() => reject(named('TimeoutError', `no answer in ${most} ms`)));
      const cancelTimeout = most > 0 ? scheduler.after(most, timedOut) : () => undefined;
      const answer = (outcome: () => void): void => {
        if (crashes.strike(process, 'after', call.command)) return;
        if (chaos.strikes('loseAnswer')) return;
        scheduler.after(chaos.latency(), () => settle(outcome));
      };
      const arrive = async (): Promise<void> => {
        if (chaos.strikes('throttle')) return answer(() => reject(refusal(call.client)));
        if (chaos.strikes('failBefore')) return answer(() => reject(unclear(call.client)));
        try {
          const output = await perform(call);
          trace.call(process?.name, call, output);
          if (chaos.strikes('failAfter')) return answer(() => reject(unclear(call.client)));
          answer(() => resolve(output));
        } catch (error) {
          const thrown = asThrown(call.client, error);
          trace.call(process?.name, call, thrown);
          answer(() => reject(thrown));
        }
      };
      scheduler.after(chaos.latency(), () => void runOutside(arrive));
    });

  /** As the SDK does in standard mode; clients of the tables try once. */
  return async (call: AwsCall, signal: AbortSignal | undefined): Promise<unknown> => {
    const most = call.client === 'DynamoDBClient' ? 1 : call.maxAttempts;
    for (let tries = 1; ; tries++) {
      try {
        return await attempt(call, signal);
      } catch (error) {
        if (tries >= most || !isRetried(error as Error)) throw error;
        await forTheLiving<void>((resolve) =>
          scheduler.after(chaos.random.unit() * 100 * 2 ** tries, () => resolve()),
        );
      }
    }
  };
};
