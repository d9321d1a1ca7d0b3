import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import type { QueuesByKind } from '../platform/lifecycle/ports.ts';
import { config } from './config.ts';
import { sqsReconcileQueue } from './sqs-reconcile-queue.ts';

/** Which kinds each backend brings about. One queue for each backend, so that a slow one holds up no other. */
export const ec2Kinds = ['INSTANCE'] as const;

/** The reconcile queues of this function's environment, by kind. */
export const reconcileQueues = (): QueuesByKind => {
  const { RECONCILE_EC2_QUEUE_URL } = config('RECONCILE_EC2_QUEUE_URL');
  const ec2 = sqsReconcileQueue(awsClient(SQSClient, 'SQS'), RECONCILE_EC2_QUEUE_URL);
  return Object.fromEntries(ec2Kinds.map((kind) => [kind, ec2]));
};
