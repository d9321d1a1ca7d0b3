import { setTimeout as pause } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  GetQueueUrlCommand,
  type Message,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Redriven, RedriveOptions } from './dead-letters.ts';
import type { Place } from './place.ts';
import { giveBack, receive } from './queue-letters.ts';

/** What is being redriven is hidden so long: much longer than a function of ours may take. */
const hiddenSeconds = 120;

export interface ByHand {
  name: string;
  queueUrl: string;
  /** URL of the queue that the messages came from, where there is one. */
  source: string | undefined;
  /** How many are to be handed on. */
  total: number;
}

/** What EventBridge, its Scheduler and Lambda add to a dead letter; none of it was in the message. */
const added = new Set([
  'ERROR_CODE',
  'ERROR_MESSAGE',
  'EXECUTION_TIME',
  'EXHAUSTED_RETRY_CONDITION',
  'IS_PAYLOAD_TRUNCATED',
  'RETRY_ATTEMPTS',
  'RULE_ARN',
  'SCHEDULE_ARN',
  'TARGET_ARN',
  'RequestID',
  'ErrorCode',
  'ErrorMessage',
]);

const sendTo = async (place: Place, QueueUrl: string, { Body, MessageAttributes, Attributes }: Message) => {
  const own = Object.entries(MessageAttributes ?? {}).filter(([name]) => !added.has(name));
  await place.sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: Body,
      // A fair queue's tenant.
      MessageGroupId: Attributes?.MessageGroupId,
      MessageAttributes: Object.fromEntries(
        own.map(([name, { DataType, StringValue, BinaryValue }]) => [
          name,
          { DataType: DataType ?? 'String', StringValue, BinaryValue },
        ]),
      ),
    }),
  );
};

/** Hands one message to what it was meant for: its queue, the target that EventBridge could not reach, or the function. */
const handOn = async (place: Place, { name, source }: ByHand, message: Message): Promise<void> => {
  if (source) return sendTo(place, source, message);
  const target = message.MessageAttributes?.TARGET_ARN?.StringValue;
  const [service, resource] = [target?.split(':')[2], target?.split(':').slice(5).join(':')];
  if (service === 'sqs') {
    const { QueueUrl } = await place.sqs.send(new GetQueueUrlCommand({ QueueName: resource }));
    return sendTo(place, QueueUrl ?? '', message);
  }
  const functionName =
    service === 'lambda'
      ? (resource ?? '').replace(/^function:/, '').split(':')[0]
      : `${place.prefix}-worker-${name}`;
  await place.invoke(functionName ?? '', JSON.parse(message.Body || '{}'));
};

/**
 * Moves messages one by one: sent first and deleted then, so that whatever dies in between leaves two and never none. No
 * more are handed on than there were: what dies again meanwhile is left for the next time.
 */
export const redriveByHand = async (
  place: Place,
  dead: ByHand,
  { signal, perSecond, progress }: RedriveOptions,
): Promise<Redriven> => {
  const redriven: Redriven = { done: 0, failed: [] };
  const kept: Message[] = [];
  while (!signal.aborted && redriven.done + redriven.failed.length < dead.total) {
    const wanted = Math.min(10, dead.total - redriven.done - redriven.failed.length);
    const messages = await receive(place, dead.queueUrl, wanted, hiddenSeconds);
    if (messages.length === 0) break;
    for (const message of messages) {
      if (signal.aborted) {
        kept.push(message);
        continue;
      }
      try {
        await handOn(place, dead, message);
        await place.sqs.send(
          new DeleteMessageCommand({ QueueUrl: dead.queueUrl, ReceiptHandle: message.ReceiptHandle }),
        );
        redriven.done++;
      } catch (error) {
        kept.push(message);
        redriven.failed.push({ id: message.MessageId ?? '', error: (error as Error).message });
      }
      progress(redriven.done, dead.total);
      await pause(1_000 / perSecond);
    }
  }
  await giveBack(place, dead.queueUrl, kept);
  return redriven;
};
