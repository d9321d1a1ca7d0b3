import { describe, expect, it } from 'vitest';
import { CloudError } from '../../../../lib/platform/errors/index.ts';
import { toCloudError } from '../../../../lib/platform/http/failure.ts';

const running = new AbortController().signal;
const named = (name: string, more = {}) => Object.assign(new Error('inner text'), { name, ...more });

describe('the error that a caller is told of', () => {
  it.each([
    ['a CloudError', new CloudError('CONFLICT', 'taken'), 'CONFLICT', 'taken'],
    [
      'an INTERNAL with words of its own',
      new CloudError('INTERNAL', 'inner text'),
      'INTERNAL',
      'internal error',
    ],
    ['a bug', new TypeError('inner text'), 'INTERNAL', 'internal error'],
    ['something that is no error', 'inner text', 'INTERNAL', 'internal error'],
    ['nothing', undefined, 'INTERNAL', 'internal error'],
    ['a time-out of the SDK', named('TimeoutError'), 'UNAVAILABLE', 'the request took too long'],
    ['an abort', named('AbortError'), 'UNAVAILABLE', 'the request took too long'],
    [
      'a throttle',
      named('ThrottlingException', { $fault: 'client' }),
      'UNAVAILABLE',
      'a service that this needs is not available',
    ],
    [
      'a fault of AWS',
      named('InternalServerError', { $fault: 'server', $metadata: { httpStatusCode: 500 } }),
      'UNAVAILABLE',
      'a service that this needs is not available',
    ],
    [
      'a lost connection',
      named('Error', { code: 'ECONNRESET' }),
      'UNAVAILABLE',
      'a service that this needs is not available',
    ],
    [
      'a refusal by AWS',
      named('AccessDeniedException', { $fault: 'client', $metadata: { httpStatusCode: 400 } }),
      'INTERNAL',
      'internal error',
    ],
    [
      'a refusal by Middy',
      named('UnprocessableEntityError', { statusCode: 422, message: 'malformed' }),
      'INVALID_INPUT',
      'malformed',
    ],
    ['a fault of Middy', named('InternalServerError', { statusCode: 500 }), 'INTERNAL', 'internal error'],
  ])('of %s', (_, error, type, message) => {
    expect(toCloudError(error, running)).toMatchObject({ type, message });
  });

  it('is UNAVAILABLE for whatever fails once the time is over', () => {
    expect(toCloudError(new TypeError('x'), AbortSignal.abort())).toMatchObject({
      type: 'UNAVAILABLE',
      retryAfterSeconds: 1,
    });
  });

  it('keeps its cause for the log', () => {
    const cause = new TypeError('x');
    expect(toCloudError(cause, running).cause).toBe(cause);
  });
});
