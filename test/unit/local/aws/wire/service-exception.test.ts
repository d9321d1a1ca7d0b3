import { CloudWatchServiceException, LimitExceededFault } from '@aws-sdk/client-cloudwatch';
import {
  CloudWatchLogsServiceException,
  ResourceAlreadyExistsException,
} from '@aws-sdk/client-cloudwatch-logs';
import { ConditionalCheckFailedException, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { EC2ServiceException } from '@aws-sdk/client-ec2';
import {
  ElasticLoadBalancingV2ServiceException,
  LoadBalancerNotFoundException,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeServiceException, InternalException } from '@aws-sdk/client-eventbridge';
import { EntityAlreadyExistsException, IAMServiceException } from '@aws-sdk/client-iam';
import { LambdaServiceException, TooManyRequestsException } from '@aws-sdk/client-lambda';
import { ResourceNotFoundException, SecretsManagerServiceException } from '@aws-sdk/client-secrets-manager';
import { NoSuchResourceException, ServiceQuotasServiceException } from '@aws-sdk/client-service-quotas';
import { MessageRejected, SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { QueueDoesNotExist, SQSServiceException } from '@aws-sdk/client-sqs';
import { ParameterNotFound, SSMServiceException } from '@aws-sdk/client-ssm';
import { ExpiredTokenException, STSServiceException } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { serviceException } from '../../../../../local/aws/wire/service-exception.ts';

describe('the exceptions that the engine throws in a service’s name', () => {
  it.each([
    ['CloudWatchClient', 'LimitExceededFault', CloudWatchServiceException, LimitExceededFault],
    [
      'DynamoDBClient',
      'ConditionalCheckFailedException',
      DynamoDBServiceException,
      ConditionalCheckFailedException,
    ],
    ['EC2Client', 'InvalidAMIID.NotFound', EC2ServiceException, EC2ServiceException],
    [
      'ElasticLoadBalancingV2Client',
      'LoadBalancerNotFoundException',
      ElasticLoadBalancingV2ServiceException,
      LoadBalancerNotFoundException,
    ],
    ['EventBridgeClient', 'InternalException', EventBridgeServiceException, InternalException],
    [
      'CloudWatchLogsClient',
      'ResourceAlreadyExistsException',
      CloudWatchLogsServiceException,
      ResourceAlreadyExistsException,
    ],
    ['IAMClient', 'EntityAlreadyExistsException', IAMServiceException, EntityAlreadyExistsException],
    ['LambdaClient', 'TooManyRequestsException', LambdaServiceException, TooManyRequestsException],
    [
      'SecretsManagerClient',
      'ResourceNotFoundException',
      SecretsManagerServiceException,
      ResourceNotFoundException,
    ],
    [
      'ServiceQuotasClient',
      'NoSuchResourceException',
      ServiceQuotasServiceException,
      NoSuchResourceException,
    ],
    ['SESv2Client', 'MessageRejected', SESv2ServiceException, MessageRejected],
    ['SQSClient', 'QueueDoesNotExist', SQSServiceException, QueueDoesNotExist],
    ['SSMClient', 'ParameterNotFound', SSMServiceException, ParameterNotFound],
    ['STSClient', 'ExpiredTokenException', STSServiceException, ExpiredTokenException],
  ])('count as the classes of %s: %s', (client, name, base, modeled) => {
    const error = serviceException(client, { name, message: 'm', statusCode: 400 });
    expect(error).toBeInstanceOf(base);
    expect(error).toBeInstanceOf(modeled);
    expect(error).toMatchObject({ name, message: 'm', $fault: 'client' });
    expect(error).not.toBeInstanceOf(client === 'SQSClient' ? SSMServiceException : SQSServiceException);
    expect(serviceException(client, { name: 'Other', message: 'm', statusCode: 500 }).$fault).toBe('server');
  });
});
