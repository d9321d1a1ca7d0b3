import {
  type CancellationReason,
  ConditionalCheckFailedException,
  DynamoDBServiceException,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import type { Image } from './values.ts';

const $metadata = { httpStatusCode: 400 };

export const validation = (message: string): Error =>
  new DynamoDBServiceException({ name: 'ValidationException', $fault: 'client', message, $metadata });

export const throttled = (): Error =>
  new DynamoDBServiceException({
    name: 'ProvisionedThroughputExceededException',
    $fault: 'client',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
    $metadata,
  });

export const conditionFailed = (found: Image | undefined): Error =>
  new ConditionalCheckFailedException({
    message: 'The conditional request failed',
    $metadata,
    ...(found && { Item: found }),
  });

export const conflict = (): Error =>
  new TransactionConflictException({ message: 'Transaction is ongoing for the item', $metadata });

export const inProgress = (): Error =>
  new TransactionInProgressException({ Message: 'The transaction is under way', message: '', $metadata });

export const cancelled = (reasons: CancellationReason[]): Error =>
  new TransactionCanceledException({
    Message: 'Transaction cancelled',
    message: `Transaction cancelled: [${reasons.map(({ Code }) => Code).join(', ')}]`,
    CancellationReasons: reasons,
    $metadata,
  });
