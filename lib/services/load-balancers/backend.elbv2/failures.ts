import { codeOf } from '../../../platform/aws/ec2/failures.ts';
import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';

/**
 * Codes of https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html and of the actions' own
 * pages, by what they mean to us.
 */
const failures: Record<string, BackendFailure> = {
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  RequestLimitExceeded: 'throttled',
  TooManyRequestsException: 'throttled',
  RequestThrottled: 'throttled',

  LoadBalancerNotFoundException: 'not_yet',
  TargetGroupNotFoundException: 'not_yet',
  ListenerNotFoundException: 'not_yet',
  ResourceInUseException: 'not_yet',
  PriorityInUseException: 'not_yet',
  // A target that stops or goes while it is registered: the next look knows better.
  InvalidTargetException: 'not_yet',
  DuplicateListenerException: 'not_yet',
  CapacityDecreaseRequestsLimitExceededException: 'not_yet',

  TooManyLoadBalancersException: 'exhausted',
  TooManyTargetGroupsException: 'exhausted',
  TooManyListenersException: 'exhausted',
  TooManyTargetsException: 'exhausted',
  TooManyUniqueTargetGroupsPerLoadBalancerException: 'exhausted',
  TooManyRegistrationsForTargetIdException: 'exhausted',
  TooManyCertificatesException: 'exhausted',
  TooManyActionsException: 'exhausted',
  TooManyTagsException: 'exhausted',

  DuplicateLoadBalancerNameException: 'rejected',
  DuplicateTargetGroupNameException: 'rejected',
  CertificateNotFoundException: 'rejected',
  SubnetNotFoundException: 'rejected',
  InvalidSubnetException: 'rejected',
  InvalidSecurityGroupException: 'rejected',
  InvalidConfigurationRequestException: 'rejected',
  InvalidLoadBalancerActionException: 'rejected',
  InvalidSchemeException: 'rejected',
  IncompatibleProtocolsException: 'rejected',
  UnsupportedProtocolException: 'rejected',
  SSLPolicyNotFoundException: 'rejected',
  TargetGroupAssociationLimitException: 'rejected',
  OperationNotPermittedException: 'rejected',
  AvailabilityZoneNotSupportedException: 'rejected',
  ValidationError: 'rejected',
};

const statusOf = (error: unknown): number | undefined =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;

/** Whether the service said nothing, or failed by itself. */
const hasNoAnswer = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || status >= 500;
};

const publicMessages: Record<BackendFailure, (code: string, message: string) => string> = {
  throttled: () => 'waiting for the request budget of Elastic Load Balancing',
  not_yet: (code) => `Elastic Load Balancing is not ready for this yet (${code})`,
  ambiguous: (code) => `Elastic Load Balancing gave no clear answer (${code})`,
  capacity: (code, message) => `Elastic Load Balancing has no room for this (${code}): ${message}`,
  exhausted: (code, message) => `the account's limit is reached (${code}): ${message}`,
  rejected: (code, message) => `Elastic Load Balancing refused this (${code}): ${message}`,
  broken: (code) => `Elastic Load Balancing failed (${code})`,
};

/** The code under the name that the SDK models: a server may leave out the ending. */
const modelled = (code: string): string =>
  code in failures || !(`${code}Exception` in failures) ? code : `${code}Exception`;

/**
 * What an SDK error means to the lifecycle engine. A service that does not answer costs nothing of the error budget,
 * reading or writing: a balancer that is looked at every few seconds must survive an outage of the API that it does not
 * depend on for its traffic. Messages that may name accounts or roles are not passed on.
 */
export const elbFailure = (error: unknown): BackendError => {
  if (error instanceof BackendError) return error;
  const code = modelled(codeOf(error));
  const failure = failures[code] ?? (hasNoAnswer(error) ? 'ambiguous' : 'broken');
  return new BackendError(failure, publicMessages[failure](code, (error as Error).message), error);
};

/** Whether the call failed for this reason, under any name that servers give it. */
export const failedFor = (error: unknown, ...codes: string[]): boolean =>
  codes.includes(modelled(codeOf(error)));
