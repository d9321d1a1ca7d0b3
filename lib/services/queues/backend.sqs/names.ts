import type { QueueRef, QueueSettings } from '../backend.ts';

/** Where the queues of tenants are: what comes before a queue's own name. */
export interface QueuePlaces {
  /** For example `https://sqs.us-east-1.amazonaws.com/123456789012/the-cloud-prod-t-`. */
  url: string;
  /** For example `arn:aws:sqs:us-east-1:123456789012:the-cloud-prod-t-`. */
  arn: string;
}

const suffix = ({ fifo }: Pick<QueueRef, 'fifo'>): string => (fifo ? '.fifo' : '');

/** The queue's address: the prefix, and its record's id, which nobody can guess. */
export const queueUrl = ({ url }: QueuePlaces, queue: QueueRef): string =>
  `${url}${queue.id}${suffix(queue)}`;

export const queueArn = ({ arn }: QueuePlaces, queue: QueueRef): string =>
  `${arn}${queue.id}${suffix(queue)}`;

export const queueName = (places: QueuePlaces, queue: QueueRef): string =>
  queueUrl(places, queue).slice(places.url.lastIndexOf('/') + 1);

/** A queue's attributes as SQS has them, without its dead letters. */
export const attributesOf = (settings: QueueSettings): Record<string, string> => ({
  VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
  MessageRetentionPeriod: String(settings.retentionSeconds),
  MaximumMessageSize: String(settings.maxMessageBytes),
  DelaySeconds: String(settings.delaySeconds),
  ...(settings.contentBasedDeduplication !== undefined && {
    ContentBasedDeduplication: String(settings.contentBasedDeduplication),
  }),
});

/** The attribute that says where dead letters go; empty takes it away. */
export const redrivePolicy = (places: QueuePlaces, { deadLetters }: QueueSettings): string =>
  deadLetters
    ? JSON.stringify({
        deadLetterTargetArn: queueArn(places, deadLetters.queue),
        maxReceiveCount: deadLetters.maxReceiveCount,
      })
    : '';
