import type { ErrorKind } from '../errors/index.ts';

/** The HTTP status of each kind of error: the only place where the two meet. */
export const statusOf: Record<ErrorKind, number> = {
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unprocessable: 422,
  limit: 429,
  rate: 429,
  unavailable: 503,
  internal: 500,
  bad_gateway: 502,
  gateway_timeout: 504,
};
