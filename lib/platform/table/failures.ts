import { CloudError } from '../errors/index.ts';

interface SdkError extends Error {
  code?: string;
  $fault?: 'client' | 'server';
  $metadata?: { httpStatusCode?: number };
  $response?: { statusCode?: number };
}

/**
 * How a failed request is treated.
 * - `refused`: it certainly had no effect (throttled, in conflict): try again
 * - `ambiguous`: it may have had its effect (lost connection, time-out, server error): try again, and mind that
 * - `final`: trying again can't help
 */
export type Failure = 'refused' | 'ambiguous' | 'final';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
const refused: ReadonlySet<string> = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TransactionConflictException',
  'ReplicatedWriteConflictException',
]);

/** The first try of this very transaction is still under way, so its effect is not known yet. */
const ambiguous: ReadonlySet<string> = new Set([
  'TransactionInProgressException',
  'InternalServerError',
  'InternalServerErrorException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
  'RequestAbortedError',
  'AbortError',
]);

const lostConnection: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_SOCKET',
]);

export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error) || error instanceof CloudError) return 'final';
  const { name, code, message, $metadata, $response } = error as SdkError;
  if (refused.has(name)) return 'refused';
  if (ambiguous.has(name) || (code && lostConnection.has(code))) return 'ambiguous';
  if (message === 'socket hang up') return 'ambiguous';
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  return status !== undefined && status >= 500 ? 'ambiguous' : 'final';
};

export const unavailable = (cause: unknown, internal: string): CloudError =>
  new CloudError('UNAVAILABLE', 'the service is busy, try again', { cause, internal, retryAfterSeconds: 1 });
