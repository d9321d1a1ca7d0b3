import type { StateReason } from '@aws-sdk/client-ec2';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StateReason.html */
export const stateReasons = {
  pending: { Code: 'pending', Message: 'pending' },
  userInitiatedShutdown: {
    Code: 'Client.UserInitiatedShutdown',
    Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  },
  failedLaunch: {
    Code: 'Server.InternalError',
    Message: 'Server.InternalError: Internal error on launch',
  },
  hostFailure: {
    Code: 'Server.InternalError',
    Message: 'Server.InternalError: The instance was terminated because its host failed',
  },
} as const satisfies Record<string, StateReason>;

/** The transition reason of a stop or a termination that somebody asked for. */
export const userInitiated = (now: number): string =>
  `User initiated (${new Date(now).toISOString().slice(0, 19).replace('T', ' ')} GMT)`;
