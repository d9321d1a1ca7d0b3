import { ServiceException } from '@smithy/core/client';
import { serviceOf } from '../services.ts';
import type { WireError } from './protocol.ts';

type ExceptionClass = typeof ServiceException;

const classes = new Map<string, ExceptionClass>();

/**
 * A class that counts as the SDK's own one of that name: the SDK compares shape ids, because it may be loaded more than
 * once, and so `instanceof` holds in a minified bundle too.
 */
const classFor = (client: string, name: string): ExceptionClass => {
  const { namespace } = serviceOf(client);
  const id = `${namespace}#${name}`;
  const known = classes.get(id);
  if (known) return known;
  class ServiceError extends ServiceException {
    static override shapeId: string =
      `smithy.ts.sdk.synthetic.${namespace}#${client.replace(/Client$/, 'ServiceException')}`;
  }
  class ModeledError extends ServiceError {
    static override shapeId = id;
  }
  Object.defineProperty(ModeledError, 'name', { value: name });
  classes.set(id, ModeledError);
  return ModeledError;
};

/** The exception that the real client would throw for an error answer. */
export const serviceException = (
  client: string,
  { name, message, statusCode }: WireError,
  metadata: { requestId?: string; attempts?: number; totalRetryDelay?: number } = {},
): ServiceException => {
  const Exception = classFor(client, name);
  const $fault = statusCode >= 500 ? 'server' : 'client';
  const exception = new Exception({
    name,
    message,
    $fault,
    $metadata: { httpStatusCode: statusCode, attempts: 1, totalRetryDelay: 0, ...metadata },
  });
  // Clients disagree on whether an error's code and message have names of their own; readers of either find them.
  return Object.assign(exception, { Code: name, Message: message });
};
