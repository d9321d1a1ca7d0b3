import { errorEnvelope as envelope, jsonContentType, metaOf, publicError } from './envelope.ts';
import type { HttpMiddleware, HttpRequest } from './exchange.ts';
import { toCloudError } from './failure.ts';
import { statusOf } from './status.ts';

/** Turns whatever was thrown into the error envelope. The whole error stays in the exchange, for the log. */
export const errorEnvelope = (): HttpMiddleware => {
  const errorEnvelopeOnError = (request: HttpRequest) => {
    const { exchange } = request.context;
    const error = toCloudError(request.error, exchange.signal);
    exchange.failure = error;
    const retryAfter = error.retryAfterSeconds ?? (error.kind === 'unavailable' ? 1 : undefined);
    request.response = {
      statusCode: statusOf[error.kind],
      headers: {
        'Content-Type': jsonContentType,
        ...(retryAfter !== undefined && { 'Retry-After': String(Math.max(1, Math.ceil(retryAfter))) }),
      },
      body: envelope(publicError(error), metaOf(exchange)),
    };
  };

  return { onError: errorEnvelopeOnError };
};
