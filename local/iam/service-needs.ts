import { arnFields } from './arn.ts';
import type { Need } from './request.ts';

const on = (resource: string, ...actions: string[]): Need[] =>
  actions.map((action) => ({ action, resources: [resource] }));

/**
 * What Lambda does in the name of a function's role to read an event source.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
 *
 * @throws Error for a source that is neither a queue nor a table's stream
 */
export const eventSourceNeeds = (sourceArn: string): Need[] => {
  const service = arnFields(sourceArn)[2];
  if (service === 'sqs')
    return on(sourceArn, 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes');
  if (service === 'dynamodb')
    return [
      ...on(sourceArn, 'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'),
      ...on('*', 'dynamodb:ListStreams'),
    ];
  throw new Error(`no event source mapping is known for ${sourceArn}`);
};

/**
 * Actions that CDK grants beside those of `eventSourceNeeds`, which Lambda may use and no function has to ask for.
 * They count as used, and nothing fails without them.
 */
export const eventSourceExtras = (sourceArn: string): Need[] =>
  arnFields(sourceArn)[2] === 'sqs' ? on(sourceArn, 'sqs:ChangeMessageVisibility', 'sqs:GetQueueUrl') : [];

/** What Lambda does in the role's name to hand on an event that failed for good. */
export const failureDestinationNeeds = (destinationArn: string): Need[] => {
  const service = arnFields(destinationArn)[2];
  if (service === 'sqs') return on(destinationArn, 'sqs:SendMessage');
  if (service === 'sns') return on(destinationArn, 'sns:Publish');
  if (service === 's3')
    return [...on(`${destinationArn}/*`, 's3:PutObject'), ...on(destinationArn, 's3:ListBucket')];
  throw new Error(`no failure destination is known for ${destinationArn}`);
};

/** What Lambda does in the role's name to keep a function's log. */
export const logNeeds = (logGroupArn: string): Need[] =>
  on(`${logGroupArn}:log-stream:local`, 'logs:CreateLogStream', 'logs:PutLogEvents');

/** What Lambda does in the role's name where tracing is active. */
export const tracingNeeds = (): Need[] => on('*', 'xray:PutTraceSegments', 'xray:PutTelemetryRecords');
