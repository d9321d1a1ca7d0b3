import { BackendError, type BackendFailure } from '../../lifecycle/types.ts';

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
  'InvalidVpcID.NotFound': 'not_yet',
  'InvalidSubnetID.NotFound': 'not_yet',
  'InvalidVolume.NotFound': 'not_yet',
  'InvalidSnapshot.NotFound': 'not_yet',
  'InvalidInternetGatewayID.NotFound': 'not_yet',
  'InvalidRouteTableID.NotFound': 'not_yet',
  'InvalidNetworkInterfaceID.NotFound': 'not_yet',
  // What is being taken apart holds on to its surroundings a little longer than its own end shows.
  DependencyViolation: 'not_yet',
  'InvalidGroup.InUse': 'not_yet',
  'InvalidIPAddress.InUse': 'not_yet',
  VolumeInUse: 'not_yet',
  'InvalidSnapshot.InUse': 'not_yet',
  IncorrectModificationState: 'not_yet',
  VolumeModificationRateExceeded: 'not_yet',
  ConcurrentSnapshotLimitExceeded: 'not_yet',
  SnapshotCreationPerVolumeRateExceeded: 'throttled',

  VcpuLimitExceeded: 'exhausted',
  InstanceLimitExceeded: 'exhausted',
  NetworkInterfaceLimitExceeded: 'exhausted',
  SecurityGroupLimitExceeded: 'exhausted',
  SecurityGroupsPerInstanceLimitExceeded: 'exhausted',
  SecurityGroupsPerInterfaceLimitExceeded: 'exhausted',
  CidrLimitExceeded: 'exhausted',
  AttachmentLimitExceeded: 'exhausted',
  RulesPerSecurityGroupLimitExceeded: 'exhausted',
  VolumeLimitExceeded: 'exhausted',
  MaxIOPSLimitExceeded: 'exhausted',
  ResourceLimitExceeded: 'exhausted',
  InsufficientInstanceCapacity: 'capacity',
  InsufficientHostCapacity: 'capacity',
  InsufficientFreeAddressesInSubnet: 'capacity',
  InsufficientVolumeCapacity: 'capacity',
  VpcLimitExceeded: 'exhausted',
  InternetGatewayLimitExceeded: 'exhausted',
  SubnetLimitExceeded: 'exhausted',
  RouteTableLimitExceeded: 'exhausted',
  SnapshotLimitExceeded: 'exhausted',

  MissingParameter: 'rejected',
  UnknownParameter: 'rejected',
  OptInRequired: 'rejected',
  Unsupported: 'rejected',
  UnsupportedOperation: 'rejected',
  OperationNotPermitted: 'rejected',
  ParameterNotFound: 'rejected',
};

/** The AWS code of what an SDK client threw. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'name' in error ? String(error.name) : 'Unknown';

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

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
  exhausted: (code, message) => `the account's limit is reached (${code}): ${message}`,
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
