import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { lastSweepOf } from '../services/instances/observed-event.ts';
import { lastSweepSeconds, type SuspensionOptions } from '../services/instances/suspension.ts';

/** Has the observer's own queue bring a suspension back, so that nothing depends on a process that stays alive. */
export const sqsSweepLater =
  (client: SQSClient, queueUrl: string): SuspensionOptions['sweepLater'] =>
  async (change, signal) => {
    const command = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(lastSweepOf(change)),
      DelaySeconds: lastSweepSeconds,
    });
    await client.send(command, { abortSignal: signal });
  };
