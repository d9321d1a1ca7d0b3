import { arn } from '../account.ts';
import { asJsonText } from './property.ts';
import { type Provider, physicalName } from './provider.ts';

/** Properties that become queue attributes of the same name. */
const attributeNames = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'VisibilityTimeout',
];

/** `AWS::SQS::Queue` */
export const sqsQueue: Provider = (request, { queues }) => {
  const { properties } = request;
  const name = physicalName(request, properties.QueueName);
  queues.ensure(
    name,
    Object.fromEntries(
      attributeNames
        .filter((attribute) => properties[attribute] !== undefined)
        .map((attribute) => [attribute, asJsonText(properties[attribute])]),
    ),
  );
  const url = queues.queueUrl(name);
  return { ref: url, attributes: { Arn: arn('sqs', name), QueueName: name, QueueUrl: url } };
};
