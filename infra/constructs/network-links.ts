import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  madeAtRunTime,
  madeOnEverything,
  ofThisStage,
  onEverything,
  taggedWithStage,
} from './compute-links.ts';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

const types = ['vpc', 'subnet', 'internet-gateway', 'route-table', 'security-group'] as const;
type NetworkType = (typeof types)[number];

/** Bringing tenants' VPCs, subnets and security groups about: what is made carries the stage, and only that is changed. */
export const ec2Network = (scope: Construct, platform: Platform): Link => {
  const all = (...of: NetworkType[]): string[] =>
    of.map((resource) => Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName: '*' }));
  const describe = onEverything(
    'ec2:DescribeVpcs',
    'ec2:DescribeSubnets',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    ...madeOnEverything(platform, 'ec2:CreateVpc', 'ec2:CreateInternetGateway'),
  );
  return {
    wildcards: {
      ...describe.wildcards,
      ...Object.fromEntries(types.map((type) => [writtenArn('ec2', `${type}/*`), madeAtRunTime])),
    },
    statements: [
      ...(describe.statements ?? []),
      new PolicyStatement({
        sid: 'MakeWithTheStage',
        actions: [
          'ec2:CreateVpc',
          'ec2:CreateSubnet',
          'ec2:CreateInternetGateway',
          'ec2:CreateRouteTable',
          'ec2:CreateSecurityGroup',
        ],
        resources: all(...types),
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        sid: 'MakeInVpcsOfTheStage',
        actions: ['ec2:CreateSubnet', 'ec2:CreateRouteTable', 'ec2:CreateSecurityGroup'],
        resources: all('vpc'),
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        sid: 'TagWhatIsMade',
        actions: ['ec2:CreateTags'],
        resources: all(...types),
        conditions: {
          StringEquals: {
            'ec2:CreateAction': [
              'CreateVpc',
              'CreateSubnet',
              'CreateInternetGateway',
              'CreateRouteTable',
              'CreateSecurityGroup',
            ],
          },
        },
      }),
      new PolicyStatement({
        sid: 'ChangeWhatIsOfTheStage',
        actions: [
          'ec2:ModifyVpcAttribute',
          'ec2:AssociateVpcCidrBlock',
          'ec2:DeleteVpc',
          'ec2:ModifySubnetAttribute',
          'ec2:DeleteSubnet',
          'ec2:AttachInternetGateway',
          'ec2:DetachInternetGateway',
          'ec2:DeleteInternetGateway',
          'ec2:CreateRoute',
          'ec2:AssociateRouteTable',
          'ec2:DeleteRouteTable',
          'ec2:AuthorizeSecurityGroupIngress',
          'ec2:AuthorizeSecurityGroupEgress',
          'ec2:RevokeSecurityGroupIngress',
          'ec2:RevokeSecurityGroupEgress',
          'ec2:DeleteSecurityGroup',
        ],
        resources: all(...types),
        conditions: ofThisStage(platform),
      }),
    ],
  };
};
