import { cloudFrontDistribution } from './cloudfront-distribution.ts';
import { dynamoDbTable } from './dynamodb-table.ts';
import * as ec2 from './ec2-network.ts';
import { eventSourceMapping } from './event-source-mapping.ts';
import { eventBus, eventRule } from './events.ts';
import { httpApi, httpIntegration, httpRoute, httpStage } from './http-api.ts';
import { iamPolicy, iamRole } from './iam.ts';
import { kmsAlias, kmsKey } from './kms.ts';
import { eventInvokeConfig, lambdaAlias, lambdaFunction, lambdaVersion } from './lambda-function.ts';
import type { Provider } from './provider.ts';
import * as rest from './rest-api.ts';
import { s3Bucket } from './s3-bucket.ts';
import { scheduleGroup, schedulerSchedule } from './scheduler-schedule.ts';
import { secret, secretAttachment } from './secret.ts';
import { snsTopic } from './sns-topic.ts';
import { sqsQueue } from './sqs-queue.ts';
import { ssmParameter } from './ssm-parameter.ts';

/** Who makes the resources of each type that runs locally. */
export const providers: Record<string, Provider> = {
  'AWS::ApiGateway::Deployment': rest.restDeployment,
  'AWS::ApiGateway::GatewayResponse': rest.restGatewayResponse,
  'AWS::ApiGateway::Method': rest.restMethod,
  'AWS::ApiGateway::Resource': rest.restResource,
  'AWS::ApiGateway::RestApi': rest.restApi,
  'AWS::ApiGateway::Stage': rest.restStage,
  'AWS::ApiGatewayV2::Api': httpApi,
  'AWS::ApiGatewayV2::Integration': httpIntegration,
  'AWS::ApiGatewayV2::Route': httpRoute,
  'AWS::ApiGatewayV2::Stage': httpStage,
  'AWS::CloudFront::Distribution': cloudFrontDistribution,
  'AWS::DynamoDB::GlobalTable': dynamoDbTable,
  'AWS::DynamoDB::Table': dynamoDbTable,
  'AWS::EC2::InternetGateway': ec2.internetGateway,
  'AWS::EC2::Route': ec2.route,
  'AWS::EC2::RouteTable': ec2.routeTable,
  'AWS::EC2::SecurityGroup': ec2.securityGroup,
  'AWS::EC2::Subnet': ec2.subnet,
  'AWS::EC2::SubnetRouteTableAssociation': ec2.routeTableAssociation,
  'AWS::EC2::VPC': ec2.vpc,
  'AWS::EC2::VPCGatewayAttachment': ec2.gatewayAttachment,
  'AWS::Events::EventBus': eventBus,
  'AWS::Events::Rule': eventRule,
  'AWS::IAM::ManagedPolicy': iamPolicy,
  'AWS::IAM::Policy': iamPolicy,
  'AWS::IAM::Role': iamRole,
  'AWS::KMS::Alias': kmsAlias,
  'AWS::KMS::Key': kmsKey,
  'AWS::Lambda::Alias': lambdaAlias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
  'AWS::Lambda::EventSourceMapping': eventSourceMapping,
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::Version': lambdaVersion,
  'AWS::S3::Bucket': s3Bucket,
  'AWS::SecretsManager::ResourcePolicy': secretAttachment,
  'AWS::SecretsManager::RotationSchedule': secretAttachment,
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::SecretTargetAttachment': secretAttachment,
  'AWS::SNS::Topic': snsTopic,
  'AWS::SQS::Queue': sqsQueue,
  'AWS::SSM::Parameter': ssmParameter,
  'AWS::Scheduler::Schedule': schedulerSchedule,
  'AWS::Scheduler::ScheduleGroup': scheduleGroup,
};
