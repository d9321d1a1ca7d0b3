import { AwsError } from '../../stand-in.ts';

export const requestLimitExceeded = (): AwsError =>
  new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);

/** Errors of AWS's own making, with the status and words they come with, so that a fault needs only its code. */
const serverErrors: Record<string, { message: string; statusCode: number }> = {
  InternalError: { message: 'An internal error has occurred', statusCode: 500 },
  InternalFailure: {
    message: 'The request processing has failed because of an unknown error, exception, or failure.',
    statusCode: 500,
  },
  InsufficientInstanceCapacity: {
    message:
      'We currently do not have sufficient capacity in the Availability Zone you requested. Our system will be working on provisioning additional capacity.',
    statusCode: 500,
  },
  InsufficientCapacity: {
    message: 'There is not enough capacity to fulfill your request.',
    statusCode: 500,
  },
  ServiceUnavailable: {
    message: 'The request has failed due to a temporary failure of the server.',
    statusCode: 503,
  },
  Unavailable: { message: 'The server is overloaded and cannot handle the request.', statusCode: 503 },
  RequestLimitExceeded: { message: 'Request limit exceeded.', statusCode: 503 },
  InstanceLimitExceeded: {
    message: 'You have requested more instances than your current instance limit allows.',
    statusCode: 400,
  },
  UnauthorizedOperation: {
    message: 'You are not authorized to perform this operation.',
    statusCode: 403,
  },
};

/** The error of a code; unknown codes are client errors. */
export const knownError = (code: string, message?: string, statusCode?: number): AwsError => {
  const known = serverErrors[code];
  return new AwsError(code, message ?? known?.message ?? code, statusCode ?? known?.statusCode ?? 400);
};
