import type {
  CreateQueueCommandInput,
  GetQueueAttributesCommandInput,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SetQueueAttributesCommandInput,
} from '@aws-sdk/client-sqs';
import { AwsError } from '../../../local/aws/stand-in.ts';
import type { AwsCall } from '../engine/ambient.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import { queueOfUrl } from './environment.ts';

/** A queue of a tenant on SQS, and all that was ever put into it. */
export interface TenantQueue {
  tags: Readonly<Record<string, string>>;
  attributes: Record<string, string>;
  arrived: { body: string; at: number }[];
}

/** A name that was deleted can be used again after this. */
const deletedMilliseconds = 60_000;

/**
 * The part of SQS that the queues of tenants need. What was sent stays: whether a message arrives is what programs look at,
 * and nobody takes one away.
 */
export const createTenantQueues = ({ scheduler, chaos }: { scheduler: Scheduler; chaos: Chaos }) => {
  const queues = new Map<string, TenantQueue>();
  /** All that were deleted, with what they had: a message may have arrived before. */
  const gone = new Map<string, { at: number; queue: TenantQueue }>();

  const at = (url: string | undefined): TenantQueue => {
    const found = queues.get(queueOfUrl(url ?? ''));
    if (!found) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return found;
  };

  const actions: Readonly<Record<string, (input: never) => object>> = {
    CreateQueueCommand({ QueueName = '', Attributes = {}, tags = {} }: CreateQueueCommandInput) {
      const deleted = gone.get(QueueName)?.at ?? Number.NEGATIVE_INFINITY;
      if (scheduler.now() - deleted < deletedMilliseconds)
        throw new AwsError('QueueDeletedRecently', 'You must wait 60 seconds after deleting a queue.');
      const known = queues.get(QueueName);
      const differs = Object.entries(Attributes).some(([name, value]) => known?.attributes[name] !== value);
      if (known && differs) throw new AwsError('QueueNameExists', 'A queue already exists with that name.');
      if (!known) queues.set(QueueName, { tags, attributes: { ...Attributes }, arrived: [] });
      return { QueueUrl: QueueName };
    },
    SetQueueAttributesCommand({ QueueUrl, Attributes }: SetQueueAttributesCommandInput) {
      Object.assign(at(QueueUrl).attributes, Attributes);
      return {};
    },
    GetQueueAttributesCommand({ QueueUrl }: GetQueueAttributesCommandInput) {
      const { arrived, attributes } = at(QueueUrl);
      return { Attributes: { ...attributes, ApproximateNumberOfMessages: String(arrived.length) } };
    },
    DeleteQueueCommand({ QueueUrl }: { QueueUrl?: string }) {
      const queue = at(QueueUrl);
      const name = queueOfUrl(QueueUrl ?? '');
      queues.delete(name);
      gone.set(name, { at: scheduler.now(), queue });
      return {};
    },
    SendMessageBatchCommand({
      QueueUrl,
      Entries = [],
    }: SendMessageBatchCommandInput): Partial<SendMessageBatchCommandOutput> {
      const { arrived } = at(QueueUrl);
      const Failed = [];
      const Successful = [];
      for (const { Id, MessageBody = '' } of Entries) {
        if (chaos.strikes('partial'))
          Failed.push({ Id, Code: 'InternalError', Message: 'not this one', SenderFault: false });
        else {
          arrived.push({ body: MessageBody, at: scheduler.now() });
          Successful.push({ Id, MessageId: `${arrived.length}`, MD5OfMessageBody: '' });
        }
      }
      return { Failed, Successful };
    },
  };

  return {
    perform({ command, input }: Pick<AwsCall, 'command' | 'input'>): object {
      const action = actions[command];
      if (!action) throw new Error(`nothing stands in for ${command} on the queues of tenants`);
      return action(input as never);
    },
    /** Those that are there, by their names. */
    inspect: (): ReadonlyMap<string, TenantQueue> => queues,
    /** All that ever were, too. */
    everInspected: (): [string, TenantQueue][] => [
      ...queues,
      ...[...gone].map(([name, { queue }]): [string, TenantQueue] => [name, queue]),
    ],
  };
};

export type TenantQueues = ReturnType<typeof createTenantQueues>;
