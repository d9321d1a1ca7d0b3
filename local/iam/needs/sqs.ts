import type { Place } from '../request.ts';
import { arnOf, type ServiceNeeds } from './call-needs.ts';

/** `https://host/123456789012/jobs` → the queue's ARN; an URL without an account names a queue of the caller's. */
const queueArn = (url: string, place: Place): string => {
  const [account, name] = new URL(url).pathname.split('/').filter(Boolean).slice(-2);
  return name === undefined
    ? arnOf('sqs', place, account ?? '')
    : arnOf('sqs', { region: place.region, account: account as string }, name);
};

const onQueue =
  (action: string) =>
  ({ QueueUrl }: { QueueUrl: string }, place: Place) => [
    { action: `sqs:${action}`, resources: [queueArn(QueueUrl, place)] },
  ];

const own = [
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'ChangeMessageVisibility',
  'GetQueueAttributes',
  'SetQueueAttributes',
  'PurgeQueue',
  'DeleteQueue',
];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html; a batch needs the action of
 *  its entries. */
export const sqs: ServiceNeeds = {
  ...Object.fromEntries(own.map((action) => [action, onQueue(action)])),
  SendMessageBatch: onQueue('SendMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  GetQueueUrl: ({ QueueName, QueueOwnerAWSAccountId }, place) => [
    {
      action: 'sqs:GetQueueUrl',
      resources: [
        arnOf('sqs', { region: place.region, account: QueueOwnerAWSAccountId ?? place.account }, QueueName),
      ],
    },
  ],
  // Tags need a right of their own, which the page of CreateQueue names.
  CreateQueue: ({ QueueName, tags }, place) =>
    ['sqs:CreateQueue', ...(Object.keys(tags ?? {}).length > 0 ? ['sqs:TagQueue'] : [])].map((action) => ({
      action,
      resources: [arnOf('sqs', place, QueueName)],
    })),
};
