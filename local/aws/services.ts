/** What the engine must know of an AWS service to speak for it. */
export interface AwsService {
  /** Prefix of its IAM actions. */
  prefix: string;
  /** Namespace of its errors in the SDK. */
  namespace: string;
  /** How it says that a caller may not do something. */
  denied: { name: string; statusCode: number };
  /** How it says that it does not know the access key. */
  unknownKey: { name: string; statusCode: number };
}

const service = (
  prefix: string,
  namespace: string,
  denied: [name: string, statusCode: number],
  unknownKey: [name: string, statusCode: number],
): AwsService => ({
  prefix,
  namespace: `com.amazonaws.${namespace}`,
  denied: { name: denied[0], statusCode: denied[1] },
  unknownKey: { name: unknownKey[0], statusCode: unknownKey[1] },
});

const jsonDenied: [string, number] = ['AccessDeniedException', 400];
const restDenied: [string, number] = ['AccessDeniedException', 403];
const queryDenied: [string, number] = ['AccessDenied', 403];
const jsonKey: [string, number] = ['UnrecognizedClientException', 400];
const restKey: [string, number] = ['UnrecognizedClientException', 403];
const queryKey: [string, number] = ['InvalidClientTokenId', 403];

/** By the SDK's client name. */
const services: Readonly<Record<string, AwsService>> = {
  DynamoDBClient: service('dynamodb', 'dynamodb', jsonDenied, jsonKey),
  SQSClient: service('sqs', 'sqs', queryDenied, queryKey),
  ElasticLoadBalancingV2Client: service(
    'elasticloadbalancing',
    'elasticloadbalancingv2',
    queryDenied,
    queryKey,
  ),
  EC2Client: service('ec2', 'ec2', ['UnauthorizedOperation', 403], ['AuthFailure', 401]),
  EventBridgeClient: service('events', 'eventbridge', jsonDenied, jsonKey),
  CloudWatchClient: service('cloudwatch', 'cloudwatch', queryDenied, queryKey),
  SSMClient: service('ssm', 'ssm', jsonDenied, jsonKey),
  SecretsManagerClient: service('secretsmanager', 'secretsmanager', jsonDenied, jsonKey),
  SESv2Client: service('ses', 'sesv2', restDenied, restKey),
  STSClient: service('sts', 'sts', queryDenied, queryKey),
  KMSClient: service('kms', 'kms', jsonDenied, jsonKey),
  ServiceQuotasClient: service('servicequotas', 'servicequotas', jsonDenied, jsonKey),
  IAMClient: service('iam', 'iam', queryDenied, queryKey),
  CloudWatchLogsClient: service('logs', 'cloudwatchlogs', jsonDenied, jsonKey),
  LambdaClient: service('lambda', 'lambda', restDenied, restKey),
  S3Client: service('s3', 's3', queryDenied, ['InvalidAccessKeyId', 403]),
  SNSClient: service('sns', 'sns', ['AuthorizationError', 403], queryKey),
};

/** @throws Error for a client that the engine was never told about: its permissions could not be checked */
export const serviceOf = (client: string): AwsService => {
  const found = services[client];
  if (!found) throw new Error(`${client} is not known to the local engine; add it to local/aws/services.ts`);
  return found;
};
