import type { NamedPolicy, Statement } from './policy.ts';

const onAll = (...actions: string[]): Statement => ({ Effect: 'Allow', Action: actions, Resource: '*' });

const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];
const network = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** AWS's policies for function roles, by name.
 *  https://docs.aws.amazon.com/lambda/latest/dg/permissions-managed-policies.html */
const statements = new Map<string, Statement>([
  ['AWSLambdaBasicExecutionRole', onAll(...logs)],
  ['AWSLambdaVPCAccessExecutionRole', onAll(...logs, ...network)],
  [
    'AWSLambdaSQSQueueExecutionRole',
    onAll('sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logs),
  ],
  [
    'AWSLambdaDynamoDBExecutionRole',
    onAll(
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      ...logs,
    ),
  ],
  [
    'AWSXRayDaemonWriteAccess',
    onAll(
      'xray:PutTraceSegments',
      'xray:PutTelemetryRecords',
      'xray:GetSamplingRules',
      'xray:GetSamplingTargets',
      'xray:GetSamplingStatisticSummaries',
    ),
  ],
]);

/** AWS's policy of this ARN, such as `arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole`; undefined for
 *  one that the engine does not know. */
export const findManagedPolicy = (arn: string): NamedPolicy | undefined => {
  const [, name] = arn.match(/^arn:aws[\w-]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/) ?? [];
  const statement = name === undefined ? undefined : statements.get(name);
  return statement && { name: arn, managed: true, document: { Version: '2012-10-17', Statement: statement } };
};
