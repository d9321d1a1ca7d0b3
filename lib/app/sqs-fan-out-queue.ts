import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { asciiJson } from '../platform/ascii-json.ts';
import { CloudError } from '../platform/errors/index.ts';
import type { FanOutQueue } from '../services/topics/service.ts';

/** A fair queue: the tenant is the message group, so that a busy one does not hold up the others. */
export const sqsFanOutQueue = (client: SQSClient, queueUrl: string): FanOutQueue => ({
  async send(message, signal) {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: asciiJson(message),
      MessageGroupId: message.tenant,
    });
    try {
      await client.send(command, { abortSignal: signal });
    } catch (cause) {
      throw new CloudError('UNAVAILABLE', 'the message was not taken; publish it again', {
        retryAfterSeconds: 1,
        cause,
      });
    }
  },
});
