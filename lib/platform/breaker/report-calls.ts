import { backendError } from '../aws/ec2/failures.ts';
import type { Log } from '../lifecycle/log.ts';
import type { Breakers } from './breakers.ts';

/** Our own time was up: nothing is known of the backend. */
const isGivenUp = (error: unknown): boolean => (error as Error | undefined)?.name === 'AbortError';

/** Throttles, failures of the server, and no answer. A refusal is an answer, whoever is to blame for it. */
export const isBackendFault = (error: unknown): boolean => {
  if (isGivenUp(error)) return false;
  const { failure } = backendError(error, true);
  return failure === 'throttled' || failure === 'ambiguous';
};

interface Sender {
  send(command: never, options?: never): Promise<unknown>;
}

/**
 * Reports how each call of an SDK client went to a backend's circuit breaker. The report is part of the call: Lambda would
 * freeze what is left over. A report that fails is no reason for the call to fail. Of a call that was given up there is
 * nothing to report: a backend that hangs would look well.
 */
export const reportCalls = <C extends object>(
  client: C,
  backend: string,
  breakers: Pick<Breakers, 'succeeded' | 'failed'>,
  log: Pick<Log, 'warn'>,
): C => {
  const sender = client as unknown as Sender;
  const send = sender.send.bind(sender);
  const quietly = (report: Promise<void>) =>
    report.catch((error: unknown) => log.warn('a circuit breaker could not be told', { backend, error }));
  sender.send = async (command: never, options?: never) => {
    try {
      const answer = await send(command, options);
      await quietly(breakers.succeeded(backend));
      return answer;
    } catch (error) {
      if (isGivenUp(error)) throw error;
      const reason = error instanceof Error ? error.name : 'Unknown';
      await quietly(isBackendFault(error) ? breakers.failed(backend, reason) : breakers.succeeded(backend));
      throw error;
    }
  };
  return client;
};
