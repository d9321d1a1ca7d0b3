import { BackendError, type BackendFailure } from '../../../platform/lifecycle/types.ts';
import { PurgeTooSoon, QueueAbsent } from '../backend.ts';

/**
 * Codes of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html and of the actions' own
 * pages, without the prefix that the older protocol gave them.
 */
const failures: Record<string, BackendFailure> = {
  RequestThrottled: 'throttled',
  Throttling: 'throttled',
  ThrottlingException: 'throttled',
  // Too many messages in flight: 120,000, or 20,000 of a FIFO queue.
  OverLimit: 'capacity',
  QueueDeletedRecently: 'not_yet',
  InvalidAttributeName: 'rejected',
  InvalidAttributeValue: 'rejected',
  InvalidParameterValue: 'rejected',
  InvalidMessageContents: 'rejected',
  MissingParameter: 'rejected',
  UnsupportedOperation: 'rejected',
};

const prefix = 'AWS.SimpleQueueService.';

/** The code of what the SDK threw, in its newer form. */
export const codeOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : 'Unknown';
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
};

const isAbsence = (code: string): boolean => code === 'QueueDoesNotExist' || code === 'NonExistentQueue';

/** Whether a queue of that name is there with other settings. */
export const isThereAlready = (error: unknown): boolean =>
  ['QueueNameExists', 'QueueAlreadyExists'].includes(codeOf(error));

/** Whether SQS says that a receipt handle is none, or has ended. */
export const isBadHandle = (code: string): boolean =>
  ['ReceiptHandleIsInvalid', 'InvalidParameterValue', 'InvalidIdFormat', 'MessageNotInflight'].includes(code);

/**
 * Whether SQS says that a message would be hidden for more than 12 hours. Its code, `InvalidParameterValue`, is that of a bad
 * handle too; its message is "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]".
 */
export const isBeyond = (message: string): boolean => message.includes('Total VisibilityTimeout');

const hasNoAnswer = (error: unknown): boolean => {
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  return status === undefined || status >= 500;
};

const publicMessages: Record<BackendFailure, (code: string, message: string) => string> = {
  throttled: () => 'waiting for the request budget of SQS',
  not_yet: (code) => `SQS is not ready for this yet (${code})`,
  ambiguous: (code) => `SQS gave no clear answer (${code})`,
  capacity: () => 'too many of the queue’s messages are received and not deleted',
  exhausted: (code) => `a limit of SQS is reached (${code})`,
  rejected: (code, message) => `SQS refused this (${code}): ${message}`,
  broken: (code) => `SQS failed (${code})`,
};

/** What an SDK error means. Messages that may name accounts or roles are not passed on. */
export const sqsFailure = (error: unknown): BackendError => {
  if (error instanceof BackendError) return error;
  const code = codeOf(error);
  if (isAbsence(code)) return new QueueAbsent(error);
  if (code === 'PurgeQueueInProgress') return new PurgeTooSoon(error);
  const failure = failures[code] ?? (hasNoAnswer(error) ? 'ambiguous' : 'broken');
  return new BackendError(failure, publicMessages[failure](code, (error as Error).message), error);
};
