import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';

/** Codes of https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and of the actions, by what they mean to us. */
const failures: Record<string, BackendFailure> = {
  TooManyRequestsException: 'throttled',
  ThrottlingException: 'throttled',
  EC2ThrottledException: 'throttled',
  SlowDown: 'throttled',
  ResourceConflictException: 'not_yet',
  ResourceNotReadyException: 'not_yet',
  ResourceInUseException: 'not_yet',
  SnapStartNotReadyException: 'not_yet',
  CodeStorageExceededException: 'exhausted',
  InvalidParameterValueException: 'rejected',
  RequestTooLargeException: 'rejected',
  InvalidRequestContentException: 'rejected',
  UnsupportedMediaTypeException: 'rejected',
  InvalidZipFileException: 'rejected',
  InvalidRuntimeException: 'rejected',
  CodeVerificationFailedException: 'rejected',
  InvalidCodeSignatureException: 'rejected',
  // The local stand-in says so of a runtime that is not on the machine.
  RuntimeNotInstalledException: 'rejected',
};

const publicMessages: Record<BackendFailure, (code: string, message: string) => string> = {
  throttled: () => 'waiting for the request budget of Lambda',
  not_yet: (code) => `Lambda is not ready for this yet (${code})`,
  ambiguous: (code) => `Lambda gave no clear answer (${code})`,
  capacity: (code) => `Lambda has no room for this (${code})`,
  exhausted: (code) => `a limit of the account is reached (${code})`,
  rejected: (code, message) => `Lambda refused this (${code}): ${message}`,
  broken: (code) => `Lambda failed (${code})`,
};

/** The AWS code of what an SDK client threw. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'Unknown';

/** What an SDK error means to the lifecycle engine. Messages that may name accounts or roles are not passed on. */
export const lambdaFailure = (error: unknown): BackendError => {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const unclear = status === undefined || status >= 500;
  const failure = failures[code] ?? (unclear ? 'ambiguous' : 'broken');
  return new BackendError(failure, publicMessages[failure](code, (error as Error).message), error);
};
