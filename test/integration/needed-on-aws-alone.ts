const whileBalancing =
  'Elastic Load Balancing looks at EC2 with the rights of its caller: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html';
const firstBalancer =
  'The first balancer of an account makes the role of Elastic Load Balancing itself, which the engine does not need.';
const serviceRole =
  'arn:aws:iam::000000000000:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing';

const absentObject =
  'Without it Amazon S3 says 403, and not 404, of an object that is not there: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html';

/** Rights that no flow on the local engine needs, and why AWS asks for them. */
export const neededOnAwsAlone: Readonly<Record<string, string>> = {
  'ReconcileBalancing FirstBalancerOfTheAccount Action iam:CreateServiceLinkedRole': firstBalancer,
  [`ReconcileBalancing FirstBalancerOfTheAccount Resource ${serviceRole}`]: firstBalancer,
  'Objects KnowsWhatIsAbsent Action s3:ListBucket': absentObject,
  'Objects KnowsWhatIsAbsent Resource arn:aws:s3:::the-cloud-local-state-objectsa92ba4f1': absentObject,
  ...Object.fromEntries(
    ['AccountAttributes', 'Addresses', 'Instances', 'InternetGateways', 'Subnets', 'Vpcs'].map((what) => [
      `ReconcileBalancing KnowsNoResources Action ec2:Describe${what}`,
      whileBalancing,
    ]),
  ),
};
