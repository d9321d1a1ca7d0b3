/** What a client can do about an error. The HTTP status is given by the edge, from the kind alone. */
export type ErrorKind =
  | 'invalid'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'unprocessable'
  | 'limit'
  | 'rate'
  | 'unavailable'
  | 'bad_gateway'
  | 'gateway_timeout'
  | 'internal';

/** The closed list of error types (contract 1.3, and what the platform adds). A client acts on the type. */
export const catalogue = {
  INVALID_INPUT: 'invalid',
  INVALID_PORT_FORMAT: 'invalid',
  LB_CROSS_VPC: 'invalid',
  UNAUTHORIZED: 'unauthorized',
  FORBIDDEN: 'forbidden',
  NOT_FOUND: 'not_found',
  BUCKET_NOT_FOUND: 'not_found',
  OBJECT_NOT_FOUND: 'not_found',
  LB_NOT_FOUND: 'not_found',
  CONFLICT: 'conflict',
  INSTANCE_NOT_RUNNING: 'conflict',
  PORT_CONFLICT: 'conflict',
  TOO_MANY_PORTS: 'conflict',
  LB_TARGET_EXISTS: 'conflict',
  OBJECT_TOO_LARGE: 'too_large',
  IDEMPOTENCY_KEY_REUSED: 'unprocessable',
  RESOURCE_LIMIT_EXCEEDED: 'limit',
  RATE_LIMITED: 'rate',
  UNAVAILABLE: 'unavailable',
  BAD_GATEWAY: 'bad_gateway',
  GATEWAY_TIMEOUT: 'gateway_timeout',
  INTERNAL: 'internal',
} as const satisfies Record<string, ErrorKind>;

export type ErrorType = keyof typeof catalogue;

/** Whether the same call may succeed later without anything being changed by the caller. Workers read it too. */
export const retryable: Record<ErrorKind, boolean> = {
  invalid: false,
  unauthorized: false,
  forbidden: false,
  not_found: false,
  conflict: false,
  too_large: false,
  unprocessable: false,
  limit: false,
  rate: true,
  unavailable: true,
  bad_gateway: true,
  gateway_timeout: true,
  internal: true,
};
