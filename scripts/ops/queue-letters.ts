import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { DeadLetters, RedriveOptions } from './dead-letters.ts';
import { aboutOf, type Letter, whyOf } from './letter.ts';
import { moveTask } from './move-task.ts';
import type { Place } from './place.ts';
import { redriveByHand } from './redrive-by-hand.ts';
import { failuresIn } from './worker-log.ts';

/** Messages that one call of SQS takes or gives. */
const batch = 10;
/** So long what is being looked at is hidden from others; at the end of the look it is shown again. */
const lookSeconds = 30;

const sentAt = ({ Attributes }: Message): string | undefined => {
  const sent = Number(Attributes?.SentTimestamp);
  return Number.isFinite(sent) && sent > 0 ? new Date(sent).toISOString() : undefined;
};

/** Shows messages again that were received. One that SQS will not show now is shown when its time is over. */
export const giveBack = async (
  place: Place,
  QueueUrl: string,
  messages: readonly Message[],
): Promise<void> => {
  for (let start = 0; start < messages.length; start += batch)
    await place.sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: messages.slice(start, start + batch).map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: 0,
        })),
      }),
    );
};

/** Receives messages once each and hides them for a while. SQS gives some of what there is, so it is asked until it gives none. */
export const receive = async (
  place: Place,
  QueueUrl: string,
  max: number,
  VisibilityTimeout: number,
): Promise<Message[]> => {
  const all = new Map<string, Message>();
  while (all.size < max) {
    const { Messages = [] } = await place.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(batch, max - all.size),
        VisibilityTimeout,
        // Long enough for SQS to ask all of its servers.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    if (Messages.length === 0) break;
    for (const message of Messages) all.set(message.MessageId ?? '', message);
  }
  return [...all.values()];
};

/** A dead-letter queue. @param source the queue whose messages end here, where there is one */
export const queueLetters = (
  place: Place,
  name: string,
  queueUrl: string,
  source: string | undefined,
): DeadLetters => {
  const look = async (max: number): Promise<Message[]> => {
    const messages = await receive(place, queueUrl, max, lookSeconds);
    await giveBack(place, queueUrl, messages);
    return messages;
  };
  const letterOf = (message: Message, why: string | undefined): Letter => ({
    id: message.MessageId ?? '',
    sent_at: sentAt(message),
    receives: Number(message.Attributes?.ApproximateReceiveCount ?? 0),
    ...aboutOf(message.Body ?? ''),
    why,
    body: message.Body ?? '',
  });
  const ready = async (): Promise<number> => {
    const { Attributes } = await place.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0);
  };

  return {
    name,
    lies: queueUrl.split('/').at(-1) ?? queueUrl,

    async count() {
      const count = await ready();
      const times = count === 0 ? [] : (await look(batch)).flatMap((message) => sentAt(message) ?? []).sort();
      return { count, oldest: times[0] };
    },

    async peek(max) {
      const messages = await look(max);
      const failures = failuresIn(place, name);
      return messages.map((message) =>
        letterOf(message, whyOf(message.MessageAttributes ?? {}) ?? failures.get(message.MessageId ?? '')),
      );
    },

    async redrive(options: RedriveOptions) {
      const total = Math.min(await ready(), options.max ?? Number.POSITIVE_INFINITY);
      if (total === 0 || options.dryRun) return { done: options.dryRun ? total : 0, failed: [] };
      // SQS moves all or nothing of a queue; what has a bound, or no queue to go to, is moved message by message.
      const task =
        source && options.max === undefined ? await moveTask(place, queueUrl, source, options) : undefined;
      return task ?? redriveByHand(place, { name, queueUrl, source, total }, options);
    },

    async purge() {
      await place.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
    },
  };
};
