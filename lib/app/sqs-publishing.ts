import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import type { FanOutQueue } from '../services/topics/service.ts';
import { config } from './config.ts';
import { sqsFanOutQueue } from './sqs-fan-out-queue.ts';

/** Where published messages wait, as this function's environment says. */
export const sqsPublishing = (): FanOutQueue =>
  sqsFanOutQueue(awsClient(SQSClient, 'SQS'), config('FAN_OUT_QUEUE_URL').FAN_OUT_QUEUE_URL);
