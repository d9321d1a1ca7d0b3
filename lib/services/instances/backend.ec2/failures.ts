import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';
import type { LaunchOutcome } from '../backend.ts';

/** Codes of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html, by what they mean to us. */
const failures: Record<string, BackendFailure> = {
  RequestLimitExceeded: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestThrottled: 'throttled',
  TooManyRequestsException: 'throttled',

  IncorrectInstanceState: 'not_yet',
  IncorrectState: 'not_yet',
  'InvalidInstanceID.NotFound': 'not_yet',
  'InvalidGroup.NotFound': 'not_yet',
  ConcurrentTagAccess: 'not_yet',

  VcpuLimitExceeded: 'capacity',
  InstanceLimitExceeded: 'capacity',
  NetworkInterfaceLimitExceeded: 'capacity',
  SecurityGroupLimitExceeded: 'capacity',
  SecurityGroupsPerInstanceLimitExceeded: 'capacity',
  RulesPerSecurityGroupLimitExceeded: 'capacity',
  VolumeLimitExceeded: 'capacity',
  MaxIOPSLimitExceeded: 'capacity',
  ResourceLimitExceeded: 'capacity',
  InsufficientInstanceCapacity: 'capacity',
  InsufficientHostCapacity: 'capacity',
  InsufficientFreeAddressesInSubnet: 'capacity',

  MissingParameter: 'rejected',
  UnknownParameter: 'rejected',
  OptInRequired: 'rejected',
  Unsupported: 'rejected',
  UnsupportedOperation: 'rejected',
  OperationNotPermitted: 'rejected',
  ParameterNotFound: 'rejected',
};

/** There is no room in this zone; in another there may be. */
const zoneIsFull = new Set([
  'InsufficientInstanceCapacity',
  'InsufficientHostCapacity',
  'InsufficientFreeAddressesInSubnet',
  'Unsupported',
]);

/** What the launch was to use is gone: its group, or its token together with the machine that had it. */
const parametersAreSpent = new Set(['IdempotentInstanceTerminated', 'InvalidGroup.NotFound']);

/** The AWS code of what an SDK client threw. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'Unknown';

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** A launch that a fresh attempt may bring about, or `undefined` for any other failure. */
export const refusalOf = (error: unknown): Extract<LaunchOutcome, { outcome: 'refused' }> | undefined => {
  const code = codeOf(error);
  if (!zoneIsFull.has(code) && !parametersAreSpent.has(code)) return undefined;
  const reason = `EC2 refused the launch (${code}): ${(error as Error).message}`;
  return { outcome: 'refused', zoneIsFull: zoneIsFull.has(code), reason };
};

/** Whether the call may have had its effect although it failed: no answer, or one of the server's own failures. */
const isAmbiguous = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500;
};

const publicMessages: Record<BackendFailure, (code: string, message: string) => string> = {
  throttled: () => 'waiting for the request budget of EC2',
  not_yet: (code) => `EC2 is not ready for this yet (${code})`,
  ambiguous: (code) => `EC2 gave no clear answer (${code})`,
  capacity: (code, message) => `EC2 has no room for this (${code}): ${message}`,
  rejected: (code, message) => `EC2 refused this (${code}): ${message}`,
  broken: (code) => `EC2 failed (${code})`,
};

/**
 * What an SDK error means to the lifecycle engine. Messages that may name accounts or roles are not passed on.
 * @param changes whether the call changes anything, so that no answer is an ambiguous one
 */
export const backendError = (error: unknown, changes: boolean): BackendError => {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  const known = failures[code] ?? (/^Invalid|\.Malformed$/.test(code) ? 'rejected' : undefined);
  const failure = known ?? (changes && isAmbiguous(error) ? 'ambiguous' : 'broken');
  return new BackendError(failure, publicMessages[failure](code, (error as Error).message), error);
};
