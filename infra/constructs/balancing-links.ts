import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { madeAtRunTime, ofThisStage, onEverything, taggedWithStage } from './compute-links.ts';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

const resourceNames = ['loadbalancer/app/*', 'listener/app/*', 'targetgroup/*'] as const;

/** Elastic Load Balancing's own role in the account, which it makes for the account's first balancer. */
const serviceRole =
  'role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing';

/**
 * Bringing load balancers about: what is made carries the stage, and only that is changed. Elastic Load Balancing looks at
 * EC2 with the caller's rights: https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-api-permissions.html
 */
export const loadBalancing = (scope: Construct, platform: Platform): Link => {
  const arn = (service: string, resource: string): string => Stack.of(scope).formatArn({ service, resource });
  const all = (...names: (typeof resourceNames)[number][]): string[] =>
    names.map((name) => arn('elasticloadbalancing', name));
  const groups = arn('ec2', 'security-group/*');
  const describe = onEverything(
    'elasticloadbalancing:DescribeListeners',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeAddresses',
    'ec2:DescribeInstances',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
  );
  return {
    wildcards: {
      ...describe.wildcards,
      ...Object.fromEntries(
        resourceNames.map((name) => [writtenArn('elasticloadbalancing', name), madeAtRunTime]),
      ),
      [writtenArn('ec2', 'security-group/*')]: madeAtRunTime,
      [writtenArn('ec2', 'vpc/*')]: madeAtRunTime,
    },
    statements: [
      ...(describe.statements ?? []),
      new PolicyStatement({
        sid: 'MakeWithTheStage',
        actions: [
          'elasticloadbalancing:CreateLoadBalancer',
          'elasticloadbalancing:CreateTargetGroup',
          'ec2:CreateSecurityGroup',
        ],
        resources: [...all('loadbalancer/app/*', 'targetgroup/*'), groups],
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        sid: 'MakeInVpcsOfTheStage',
        actions: ['ec2:CreateSecurityGroup'],
        resources: [arn('ec2', 'vpc/*')],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        sid: 'TagWhatIsMade',
        actions: ['elasticloadbalancing:AddTags'],
        resources: all(...resourceNames),
        conditions: {
          StringEquals: {
            'elasticloadbalancing:CreateAction': [
              'CreateLoadBalancer',
              'CreateListener',
              'CreateTargetGroup',
            ],
          },
        },
      }),
      new PolicyStatement({
        sid: 'TagTheGroup',
        actions: ['ec2:CreateTags'],
        resources: [groups],
        conditions: { StringEquals: { 'ec2:CreateAction': 'CreateSecurityGroup' } },
      }),
      new PolicyStatement({
        sid: 'ChangeWhatIsOfTheStage',
        actions: [
          'elasticloadbalancing:CreateListener',
          'elasticloadbalancing:DeleteLoadBalancer',
          'elasticloadbalancing:DeleteTargetGroup',
          'elasticloadbalancing:DeregisterTargets',
          'elasticloadbalancing:ModifyListener',
          'elasticloadbalancing:ModifyTargetGroup',
          'elasticloadbalancing:ModifyTargetGroupAttributes',
          'elasticloadbalancing:RegisterTargets',
          'ec2:AuthorizeSecurityGroupIngress',
          'ec2:DeleteSecurityGroup',
        ],
        resources: [...all(...resourceNames), groups],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        sid: 'FirstBalancerOfTheAccount',
        actions: ['iam:CreateServiceLinkedRole'],
        resources: [Stack.of(scope).formatArn({ service: 'iam', region: '', resource: serviceRole })],
        conditions: { StringEquals: { 'iam:AWSServiceName': 'elasticloadbalancing.amazonaws.com' } },
      }),
    ],
  };
};
