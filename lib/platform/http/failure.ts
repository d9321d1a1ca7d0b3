import { CloudError, type ErrorType } from '../errors/index.ts';

const throttles = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'SlowDown',
  'TransactionConflictException',
]);

const lostConnections = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What an error of the SDK, of Node or of Middy may carry. */
interface Foreign {
  name?: string;
  code?: string;
  message?: string;
  statusCode?: number;
  $fault?: 'client' | 'server';
  $metadata?: { httpStatusCode?: number };
}

const typeOfHttpStatus: Record<number, ErrorType> = {
  400: 'INVALID_INPUT',
  404: 'NOT_FOUND',
  406: 'INVALID_INPUT',
  413: 'OBJECT_TOO_LARGE',
  415: 'INVALID_INPUT',
  422: 'INVALID_INPUT',
};

const isPassing = ({ name = '', code = '', $fault, $metadata }: Foreign): boolean =>
  throttles.has(name) ||
  lostConnections.has(code) ||
  ($fault === 'server' && ($metadata?.httpStatusCode ?? 500) >= 500);

/** Seconds; a client that comes back then meets a request that has its own, full time. */
const retryAfterSeconds = 1;

/**
 * The error that the caller is told of. What is not a `CloudError` becomes one: an ended time budget, a throttle or a
 * lost connection is `UNAVAILABLE`, a refusal by one of Middy's own middlewares keeps its meaning, and everything
 * else is a bug, `INTERNAL`, of which the caller learns nothing.
 */
export const toCloudError = (error: unknown, signal: AbortSignal): CloudError => {
  if (error instanceof CloudError) {
    return error.type === 'INTERNAL' ? new CloudError('INTERNAL', 'internal error', { cause: error }) : error;
  }
  const foreign: Foreign = typeof error === 'object' && error !== null ? error : {};
  const aborted = signal.aborted || foreign.name === 'AbortError' || foreign.name === 'TimeoutError';
  if (aborted || isPassing(foreign)) {
    const message = aborted ? 'the request took too long' : 'a service that this needs is not available';
    return new CloudError('UNAVAILABLE', message, { retryAfterSeconds, cause: error });
  }
  const type = foreign.statusCode === undefined ? undefined : typeOfHttpStatus[foreign.statusCode];
  if (type) return new CloudError(type, foreign.message ?? 'invalid request', { cause: error });
  return new CloudError('INTERNAL', 'internal error', { cause: error });
};
