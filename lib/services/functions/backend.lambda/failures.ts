import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';

type Failures = Readonly<Record<string, BackendFailure>>;

/** Codes of https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html and of the actions, by what they mean to us. */
const lambdaFailures: Failures = {
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

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html. What was just made may not be seen everywhere yet. */
const iamFailures: Failures = {
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  ConcurrentModificationException: 'not_yet',
  NoSuchEntityException: 'not_yet',
  LimitExceededException: 'exhausted',
};

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/CommonErrors.html */
const logsFailures: Failures = {
  ThrottlingException: 'throttled',
  OperationAbortedException: 'not_yet',
  ResourceNotFoundException: 'not_yet',
  LimitExceededException: 'exhausted',
};

const publicMessages: Record<BackendFailure, (service: string, code: string, message: string) => string> = {
  throttled: (service) => `waiting for the request budget of ${service}`,
  not_yet: (service, code) => `${service} is not ready for this yet (${code})`,
  ambiguous: (service, code) => `${service} gave no clear answer (${code})`,
  capacity: (service, code) => `${service} has no room for this (${code})`,
  exhausted: (_, code) => `a limit of the account is reached (${code})`,
  rejected: (service, code, message) => `${service} refused this (${code}): ${message}`,
  broken: (service, code) => `${service} failed (${code})`,
};

/** The AWS code of what an SDK client threw. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'Unknown';

/**
 * IAM shows a new role to other services seconds after it is made; until then Lambda says this of it:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
 */
export const isRoleUnknown = (error: unknown): boolean =>
  codeOf(error) === 'InvalidParameterValueException' &&
  /role defined for the function cannot be assumed/i.test((error as Error).message);

/** @param unclear what an answer without a meaning is: whether the call could have made what is looked for */
const failureOf = (
  service: string,
  error: unknown,
  known: (code: string) => BackendFailure | undefined,
  unclear: 'ambiguous' | 'not_yet',
): BackendError => {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const unknown = status === undefined || status >= 500 ? unclear : 'broken';
  const failure = known(code) ?? unknown;
  return new BackendError(failure, publicMessages[failure](service, code, (error as Error).message), error);
};

/** What an SDK error means to the lifecycle engine. Messages that may name accounts or roles are not passed on. */
export const lambdaFailure = (error: unknown): BackendError =>
  failureOf(
    'Lambda',
    error,
    (code) => (isRoleUnknown(error) ? 'not_yet' : lambdaFailures[code]),
    'ambiguous',
  );

/** The same of IAM, whose calls come before a function is made: without an answer they are just made again. */
export const iamFailure = (error: unknown): BackendError =>
  failureOf('IAM', error, (code) => iamFailures[code], 'not_yet');

/** The same of CloudWatch Logs. */
export const logsFailure = (error: unknown): BackendError =>
  failureOf('CloudWatch Logs', error, (code) => logsFailures[code], 'not_yet');
