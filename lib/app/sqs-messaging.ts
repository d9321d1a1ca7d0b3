import { SQSClient } from '@aws-sdk/client-sqs';
import { awsClient } from '../platform/aws/client.ts';
import { createSqsMessaging } from '../services/queues/backend.sqs.ts';
import type { Messaging } from '../services/queues/backend.ts';
import { config } from './config.ts';

/** The queues of tenants on SQS, as this function's environment says where they are. */
export const sqsMessaging = (): Messaging => {
  const { STAGE, TENANT_QUEUES_URL, TENANT_QUEUES_ARN } = config(
    'STAGE',
    'TENANT_QUEUES_URL',
    'TENANT_QUEUES_ARN',
  );
  return createSqsMessaging({
    client: awsClient(SQSClient, 'SQS'),
    places: { url: TENANT_QUEUES_URL, arn: TENANT_QUEUES_ARN },
    stage: STAGE,
  });
};
