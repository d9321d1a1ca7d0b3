import { serviceOf } from '../../aws/services.ts';
import type { Need, Place } from '../request.ts';
import type { ServiceNeeds } from './call-needs.ts';
import { cloudwatch } from './cloudwatch.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { elasticLoadBalancing } from './elasticloadbalancing.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { kms } from './kms.ts';
import { lambda } from './lambda.ts';
import { logs } from './logs.ts';
import { s3 } from './s3.ts';
import { secretsManager } from './secrets-manager.ts';
import { serviceQuotas } from './service-quotas.ts';
import { ses } from './ses.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** By the prefix of the service's actions. */
const services: Readonly<Record<string, ServiceNeeds>> = {
  cloudwatch,
  dynamodb,
  ec2,
  elasticloadbalancing: elasticLoadBalancing,
  events,
  iam,
  kms,
  lambda,
  logs,
  s3,
  secretsmanager: secretsManager,
  servicequotas: serviceQuotas,
  ses,
  sqs,
  ssm,
  sts,
};

/**
 * The actions and resources that IAM checks for an SDK call. An operation that nobody described needs the action of its
 * own name on `*`, which is right for those that know no resources, and too strict, not too lax, for the rest.
 *
 * @throws Error for a client that the engine does not know
 */
export const needsOf = (call: { client: string; command: string; input: unknown }, place: Place): Need[] => {
  const { prefix } = serviceOf(call.client);
  const operation = call.command.replace(/Command$/, '');
  const describe = services[prefix]?.[operation];
  return describe ? describe(call.input, place) : [{ action: `${prefix}:${operation}`, resources: ['*'] }];
};
