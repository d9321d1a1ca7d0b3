import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

type SqsAction = `sqs:${string}`;

/** The form of a UUID, so that no queue of a stage whose name happens to begin alike is meant; `.fifo` may follow. */
const anyId = '????????-????-????-????-????????????';

const why =
  'A tenant’s queue is named by the id of its record, which is made at run time: the right covers the stage’s tenant queues and nothing else.';

/** What a function may do to the queues of tenants, and where they are. */
export const tenantQueues = (scope: Construct, { names }: Platform, actions: readonly SqsAction[]): Link => {
  const { account, region, urlSuffix } = Stack.of(scope);
  const arn = Stack.of(scope).formatArn({ service: 'sqs', resource: names.ofTenants });
  return {
    environment: {
      TENANT_QUEUES_URL: `https://sqs.${region}.${urlSuffix}/${account}/${names.ofTenants}`,
      TENANT_QUEUES_ARN: arn,
    },
    statements: [new PolicyStatement({ actions: [...actions], resources: [`${arn}${anyId}*`] })],
    wildcards: { [writtenArn('sqs', `${names.ofTenants}${anyId}*`)]: why },
  };
};

/** Sending to a tenant's queue, which makes it where nobody has yet. */
export const sendingToTenantQueues: readonly SqsAction[] = [
  'sqs:SendMessage',
  'sqs:CreateQueue',
  'sqs:TagQueue',
];
