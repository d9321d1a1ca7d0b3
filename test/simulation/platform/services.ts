import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { PutEventsCommandInput, PutEventsCommandOutput } from '@aws-sdk/client-eventbridge';
import type {
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import type { Cloud } from '../aws/cloud.ts';
import type { AwsCall } from '../engine/ambient.ts';
import type { Chaos } from '../engine/chaos.ts';
import type { Scheduler } from '../engine/scheduler.ts';
import type { Database } from '../table/database.ts';
import type { SimulatedBus } from './bus.ts';
import type { Code } from './code.ts';
import { queueOfUrl, tenantPrefix } from './environment.ts';
import type { SimulatedQueue } from './queue.ts';
import type { TenantQueues } from './tenant-queues.ts';

export interface ServicesOptions {
  scheduler: Scheduler;
  chaos: Chaos;
  database: Database;
  cloud: Pick<Cloud, 'perform'>;
  queues: Readonly<Record<string, SimulatedQueue>>;
  bus: SimulatedBus;
  tenantQueues: TenantQueues;
  code: Code;
}

/** Of the platform's own secrets. */
const secret = { SecretString: 'simulated-secret'.repeat(8) };

/** What answers a call, by its client. */
export const createServices = (options: ServicesOptions) => {
  const { scheduler, chaos, database, cloud, queues, bus, tenantQueues, code } = options;

  const queueAt = (url: string | undefined): SimulatedQueue => {
    const queue = queues[queueOfUrl(url ?? '')];
    if (!queue) throw new Error(`there is no queue at ${url}`);
    return queue;
  };

  const dynamo = async ({ command, input }: AwsCall): Promise<object> => {
    if (command !== 'TransactWriteItemsCommand') return database.perform(command, input);
    const commit = database.begin(input as TransactWriteItemsCommandInput);
    await scheduler.sleep(chaos.random.between(0, 12));
    return commit();
  };

  const sendBatch = ({
    QueueUrl,
    Entries = [],
  }: SendMessageBatchCommandInput): Partial<SendMessageBatchCommandOutput> => {
    const queue = queueAt(QueueUrl);
    const Failed = [];
    for (const { Id, MessageBody = '', DelaySeconds } of Entries) {
      if (chaos.strikes('partial'))
        Failed.push({ Id, Code: 'InternalError', Message: 'not this one', SenderFault: false });
      else queue.send(MessageBody, DelaySeconds);
    }
    return { Failed, Successful: [] };
  };

  const isTenants = ({ QueueUrl, QueueName = '' }: { QueueUrl?: string; QueueName?: string }): boolean =>
    queueOfUrl(QueueUrl ?? QueueName).startsWith(tenantPrefix);

  const sqs = async ({ command, input }: AwsCall): Promise<object> => {
    if (isTenants(input)) return tenantQueues.perform({ command, input });
    if (command === 'SendMessageBatchCommand') return sendBatch(input as SendMessageBatchCommandInput);
    const { QueueUrl, MessageBody = '', DelaySeconds } = input as SendMessageCommandInput;
    queueAt(QueueUrl).send(MessageBody, DelaySeconds);
    return {};
  };

  const putEvents = async ({ input }: AwsCall): Promise<Partial<PutEventsCommandOutput>> => ({
    Entries: ((input as PutEventsCommandInput).Entries ?? []).map(({ Source, DetailType, Detail }) => {
      if (chaos.strikes('partial')) return { ErrorCode: 'InternalFailure', ErrorMessage: 'not this one' };
      bus.put(Source ?? '', DetailType ?? '', JSON.parse(Detail ?? '{}'));
      return { EventId: String(scheduler.steps) };
    }),
  });

  return async (call: AwsCall): Promise<unknown> => {
    switch (call.client) {
      case 'DynamoDBClient':
        return dynamo(call);
      case 'SQSClient':
        return sqs(call);
      case 'EventBridgeClient':
        return putEvents(call);
      case 'LambdaClient':
      case 'S3Client':
        return code.perform(call);
      case 'SecretsManagerClient':
        return secret;
      default:
        return cloud.perform(call);
    }
  };
};
