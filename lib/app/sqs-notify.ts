import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { config } from './config.ts';
import { sqsDeliveryQueue } from './sqs-delivery-queue.ts';
import { sqsFanOutQueue } from './sqs-fan-out-queue.ts';

/** Where published messages and deliveries wait, as this function's environment says. */
export const sqsNotify = () => {
  const { FAN_OUT_QUEUE_URL, DELIVER_QUEUE_URL } = config('FAN_OUT_QUEUE_URL', 'DELIVER_QUEUE_URL');
  const client = awsClient(SQSClient, 'SQS');
  return {
    fanOut: sqsFanOutQueue(client, FAN_OUT_QUEUE_URL),
    deliveries: sqsDeliveryQueue(client, DELIVER_QUEUE_URL),
  };
};
