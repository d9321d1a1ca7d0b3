import { catalogue, type ErrorKind, type ErrorType } from './catalogue.ts';

/** One thing that is wrong with a request, at the place where it is wrong, for example `volumes.0.mount_path`. */
export interface Issue {
  path: string;
  message: string;
}

export interface CloudErrorOptions {
  /** All that is wrong with the input. */
  issues?: readonly Issue[];
  /** When the caller may try again. Always given with `RATE_LIMITED`. */
  retryAfterSeconds?: number;
  /** What an operator should read in the log. Never reaches a caller. */
  internal?: string;
  cause?: unknown;
}

/**
 * The only error that services, stores and ports throw on purpose. `message` is for the caller; the cause and
 * `internal` are for the log alone. Whatever else is thrown is a bug, and answers `INTERNAL`.
 */
export class CloudError extends Error {
  override readonly name = 'CloudError';
  readonly type: ErrorType;
  readonly issues: readonly Issue[];
  readonly retryAfterSeconds: number | undefined;
  readonly internal: string | undefined;

  constructor(type: ErrorType, message: string, options: CloudErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.type = type;
    this.issues = options.issues ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.internal = options.internal;
  }

  get kind(): ErrorKind {
    return catalogue[this.type];
  }
}

/** `INVALID_INPUT` that names one field. */
export const invalid = (path: string, message: string): CloudError =>
  new CloudError('INVALID_INPUT', `${path}: ${message}`, { issues: [{ path, message }] });

/** `NOT_FOUND`, or the kind's own type; the same words for what is absent and for what belongs to somebody else. */
export const notFound = (kind: string, type: ErrorType = 'NOT_FOUND'): CloudError =>
  new CloudError(type, `${kind} not found`);
