import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import type { SendTask } from '../services/functions/invocation-task.ts';
import { config } from './config.ts';

/** Sending to the queue of accepted invocations; fair between tenants. */
export const sqsInvocations = (client: SQSClient = awsClient(SQSClient, 'SQS')): SendTask => {
  const { INVOCATIONS_QUEUE_URL } = config('INVOCATIONS_QUEUE_URL');
  return async (task, delaySeconds, signal) => {
    const command = new SendMessageCommand({
      QueueUrl: INVOCATIONS_QUEUE_URL,
      MessageBody: JSON.stringify(task),
      MessageGroupId: task.tenant,
      DelaySeconds: delaySeconds,
    });
    await client.send(command, { abortSignal: signal });
  };
};
