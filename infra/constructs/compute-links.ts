import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { shared } from '../exports.ts';
import { type Link, writtenArn } from './link.ts';
import type { Platform } from './platform.ts';

/** Actions that AWS evaluates on `*` only. */
export const onEverything = (...actions: string[]): Link => ({
  statements: [new PolicyStatement({ sid: 'KnowsNoResources', actions, resources: ['*'] })],
  wildcards: { '*': `These actions know no resources, AWS evaluates them on * only: ${actions.join(', ')}.` },
});

export const madeAtRunTime = 'Made at run time by this very function: the id is not known when deploying.';

const madeByNetworks = 'Tenants’ networks are made at run time: the id is not known when deploying.';

/** `[{"subnetId","zone"}]` of the landing network. */
const landingSubnets = ({ names }: Platform): string =>
  `[${([1, 2] as const)
    .map(
      (n) =>
        `{"subnetId":"${shared(names, `LandingSubnetId${n}`)}","zone":"${shared(names, `LandingSubnetZone${n}`)}"}`,
    )
    .join(',')}]`;

/** The zones that things are placed in, and the one that is the default. */
export const zones = ({ names }: Platform): Link => ({
  environment: {
    HOME_ZONE: shared(names, 'LandingSubnetZone1'),
    ZONES: `["${shared(names, 'LandingSubnetZone1')}","${shared(names, 'LandingSubnetZone2')}"]`,
  },
});

/** Where instances land that name no network of their own. */
export const landingNetwork = (platform: Platform): Link => ({
  environment: {
    HOME_ZONE: shared(platform.names, 'LandingSubnetZone1'),
    LANDING_VPC_ID: shared(platform.names, 'LandingVpcId'),
    LANDING_SUBNETS: landingSubnets(platform),
  },
});

export const callBudgets = ({ context }: Platform): Link => ({
  environment: { CALL_BUDGETS: JSON.stringify(context.callBudgets) },
});

/** Taking the role of the workload account, where instances live in one. */
export const workloadRole = ({ context }: Platform): Link => ({
  environment: { WORKLOAD_ROLE_ARN: context.workloadRoleArn ?? '' },
  statements: context.workloadRoleArn
    ? [new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [context.workloadRoleArn] })]
    : [],
});

/** The emulator of the deploy proof gives EC2 calls no tags to compare: no condition on one would ever hold there. */
const onTag =
  (key: string) =>
  ({ names, context }: Platform): Record<string, unknown> =>
    context.deploymentProof ? {} : { StringEquals: { [`${key}/thecloud:stage`]: names.stage } };

/** Every instance, volume and group that the platform makes carries its stage. */
export const taggedWithStage = onTag('aws:RequestTag');

/** What another stage, or somebody else in the account, has made is not for this one to touch. */
export const ofThisStage = onTag('aws:ResourceTag');

/**
 * Actions that the emulator of the deploy proof compares with the resource `*` alone, as their call names nothing that is
 * there already; none on AWS.
 */
export const madeOnEverything = ({ context }: Platform, ...actions: string[]): string[] =>
  context.deploymentProof ? actions : [];

/** Bringing instances and their tenants' security groups about. */
export const ec2Control = (scope: Construct, platform: Platform): Link => {
  const ec2 = (resource: string, resourceName: string, account?: string): string =>
    Stack.of(scope).formatArn({ service: 'ec2', resource, resourceName, account });
  const { names } = platform;
  const groups = ec2('security-group', '*');
  const instances = ec2('instance', '*');
  const volumes = ec2('volume', '*');
  const landing = {
    vpc: ec2('vpc', shared(names, 'LandingVpcId')),
    subnets: [
      ec2('subnet', shared(names, 'LandingSubnetId1')),
      ec2('subnet', shared(names, 'LandingSubnetId2')),
    ],
  };
  const describe = onEverything('ec2:DescribeImages', 'ec2:DescribeInstances', 'ec2:DescribeSecurityGroups');
  return {
    wildcards: {
      ...describe.wildcards,
      [writtenArn('ec2', 'instance/*')]: madeAtRunTime,
      [writtenArn('ec2', 'volume/*')]: madeAtRunTime,
      [writtenArn('ec2', 'network-interface/*')]: madeAtRunTime,
      [writtenArn('ec2', 'security-group/*')]: madeAtRunTime,
      [writtenArn('ec2', 'subnet/*')]: madeByNetworks,
      [writtenArn('ec2', 'vpc/*')]: madeByNetworks,
      [writtenArn('ec2', 'image/*', { account: false })]:
        'The service checks images against the catalogue and the operator’s allow-list; the newest ids change weekly.',
    },
    statements: [
      ...(describe.statements ?? []),
      new PolicyStatement({
        actions: ['ec2:RunInstances'],
        resources: [instances, volumes],
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:RunInstances'],
        resources: [ec2('network-interface', '*'), groups, ec2('image', '*', ''), ...landing.subnets],
      }),
      new PolicyStatement({
        actions: ['ec2:RunInstances'],
        resources: [ec2('subnet', '*')],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:ModifyInstanceAttribute'],
        resources: [instances, groups],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateTags'],
        resources: [instances, volumes, groups],
        conditions: { StringEquals: { 'ec2:CreateAction': ['RunInstances', 'CreateSecurityGroup'] } },
      }),
      new PolicyStatement({
        actions: ['ec2:StartInstances', 'ec2:StopInstances', 'ec2:RebootInstances', 'ec2:TerminateInstances'],
        resources: [instances],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateSecurityGroup'],
        resources: [groups],
        conditions: taggedWithStage(platform),
      }),
      new PolicyStatement({
        actions: ['ec2:CreateSecurityGroup'],
        resources: [ec2('vpc', '*')],
        conditions: ofThisStage(platform),
      }),
      new PolicyStatement({ actions: ['ec2:CreateSecurityGroup'], resources: [landing.vpc] }),
      new PolicyStatement({
        actions: ['ec2:AuthorizeSecurityGroupIngress', 'ec2:DeleteSecurityGroup'],
        resources: [groups],
        conditions: ofThisStage(platform),
      }),
    ],
  };
};

/** AWS and image makers publish the newest image ids under these paths; they belong to no account. */
export const publicImageParameters = (scope: Construct, { context }: Platform): Link => {
  // The emulator of the deploy proof looks for them in the account itself.
  const owners = context.deploymentProof ? ['', Stack.of(scope).account] : [''];
  const reason =
    'AWS’s public parameters with the newest image ids: they hold no secret and belong to no account.';
  return {
    wildcards: {
      [writtenArn('ssm', 'parameter/aws/service/*', { account: false })]: reason,
      ...(context.deploymentProof ? { [writtenArn('ssm', 'parameter/aws/service/*')]: reason } : {}),
    },
    statements: [
      new PolicyStatement({
        actions: ['ssm:GetParameter'],
        resources: owners.map((account) =>
          Stack.of(scope).formatArn({
            service: 'ssm',
            account,
            resource: 'parameter',
            resourceName: 'aws/service/*',
          }),
        ),
      }),
    ],
  };
};

/** Reading all machines of the stage, to compare them with their records. */
export const ec2Fleet = (): Link => onEverything('ec2:DescribeInstances');

/** Reading everything that the stage has, to compare it with the records. */
export const cloudListing = (): Link =>
  onEverything(
    'ec2:DescribeInstances',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSnapshots',
    'ec2:DescribeSubnets',
    'ec2:DescribeVolumes',
    'ec2:DescribeVpcs',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'elasticloadbalancing:DescribeTargetGroups',
  );

/** Counting what the account has, and reading what it may have. */
export const accountCapacity = (): Link =>
  onEverything(
    'ec2:DescribeInstances',
    'ec2:DescribeInternetGateways',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeVolumes',
    'ec2:DescribeVpcs',
    'elasticloadbalancing:DescribeLoadBalancers',
    'elasticloadbalancing:DescribeTags',
    'servicequotas:GetServiceQuota',
  );

/** Instance console and metrics, read in the request. */
export const ec2Telemetry = (): Link => onEverything('ec2:GetConsoleOutput', 'cloudwatch:GetMetricData');
