/**
 * Resource types that mean nothing on a laptop. They are not created; a reference to one of them gives a placeholder.
 * Any type that stands neither here nor among the providers is an error, so nothing is left out by accident.
 */
const reasons: Record<string, string> = {
  'AWS::CDK::Metadata': 'usage statistics of the CDK',
  'AWS::CloudFormation::CustomResource': 'runs the CDK’s own helper functions against AWS; see Custom::*',
  'AWS::EC2::FlowLog': 'there is no traffic to log',
  'AWS::EC2::VPCEndpoint': 'functions reach their services over the loopback address',
  'AWS::CloudFormation::WaitCondition': 'nothing is waited for locally',
  'AWS::CloudFormation::WaitConditionHandle': 'nothing is waited for locally',
  'AWS::CloudWatch::Alarm': 'no alarms without metrics; a queue’s state is seen with the local controls',
  'AWS::CloudWatch::AnomalyDetector': 'as alarms',
  'AWS::CloudWatch::CompositeAlarm': 'as alarms',
  'AWS::CloudWatch::Dashboard': 'a picture in the AWS console',
  'AWS::CloudFront::CachePolicy': 'part of the edge, which the HTTP front plays',
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': 'part of the edge, which the HTTP front plays',
  'AWS::CloudFront::Function': 'part of the edge, which the HTTP front plays',
  'AWS::CloudFront::OriginAccessControl': 'part of the edge, which the HTTP front plays',
  'AWS::CloudFront::OriginRequestPolicy': 'part of the edge, which the HTTP front plays',
  'AWS::CloudFront::ResponseHeadersPolicy': 'part of the edge, which the HTTP front plays',
  'AWS::CertificateManager::Certificate': 'the HTTP front speaks plain HTTP on the loopback address',
  'AWS::ApiGatewayV2::DomainName': 'the HTTP front has no domain name',
  'AWS::ApiGatewayV2::ApiMapping': 'the HTTP front has no domain name',
  'AWS::ApplicationInsights::Application': 'as alarms',
  'AWS::Budgets::Budget': 'a laptop costs nothing',
  'AWS::IAM::InstanceProfile': 'the EC2 stand-in’s instances call nothing',
  'AWS::IAM::ServiceLinkedRole': 'used by AWS itself only',
  'AWS::Lambda::Permission': 'says who may invoke a function; locally only the engine does',
  'AWS::Logs::LogGroup': 'a function’s output goes to a file in the data folder',
  'AWS::Logs::MetricFilter': 'as alarms',
  'AWS::Logs::QueryDefinition': 'a saved query in the AWS console',
  'AWS::Logs::ResourcePolicy': 'as log groups',
  'AWS::Logs::SubscriptionFilter': 'as log groups',
  'AWS::ResourceGroups::Group': 'a view in the AWS console',
  'AWS::Route53::RecordSet': 'the HTTP front has no domain name',
  'AWS::S3::BucketPolicy': 'the engine evaluates the callers’ own policies',
  'AWS::SES::ConfigurationSet': 'the mailbox is local',
  'AWS::SES::EmailIdentity': 'the mailbox is local, any sender may use it',
  'AWS::SNS::Subscription': 'mails alarms, of which there are none',
  'AWS::SNS::TopicPolicy': 'the engine evaluates the callers’ own policies',
  'AWS::SQS::QueuePolicy': 'the engine evaluates the callers’ own policies',
  'AWS::WAFv2::LoggingConfiguration': 'part of the edge, which the HTTP front plays',
  'AWS::WAFv2::WebACL': 'part of the edge, which the HTTP front plays',
  'AWS::WAFv2::WebACLAssociation': 'part of the edge, which the HTTP front plays',
  'AWS::XRay::Group': 'a view in the AWS console',
};

/** Why a resource type is not created locally; undefined where it must be. */
export const unlocalReason = (type: string): string | undefined =>
  type.startsWith('Custom::')
    ? 'a custom resource changes something on AWS that a laptop does not have'
    : reasons[type];

/** Attributes of a resource that is not created: whatever is asked for has a readable placeholder. */
export const placeholderAttributes = (logicalId: string): Record<string, unknown> =>
  new Proxy<Record<string, unknown>>(
    {},
    {
      has: () => true,
      get: (_, name) => (name === 'Arn' ? `arn:aws:local:::${logicalId}` : `${logicalId}.${String(name)}`),
    },
  );
