import { arn } from '../account.ts';
import { type Provider, physicalName } from './provider.ts';

/** `AWS::SNS::Topic` */
export const snsTopic: Provider = (request, { queues }) => {
  const name = physicalName(request, request.properties.TopicName);
  queues.ensureTopic(name);
  const topicArn = arn('sns', name);
  return { ref: topicArn, attributes: { TopicArn: topicArn, TopicName: name } };
};
