import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { FlowLogDestination, FlowLogTrafficType, IpAddresses, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Platform } from '../constructs/platform.ts';
import { share } from '../exports.ts';

/**
 * The landing network: where instances go that name no network of their own. Two zones, public subnets, no NAT
 * gateway (about 33 USD a month each); each tenant's security group keeps tenants apart.
 */
export class NetworkStack extends Stack {
  constructor(scope: Construct, id: string, { context, names }: Platform) {
    super(scope, id, { description: `The Cloud (${context.stage}): landing network` });
    const vpc = new Vpc(this, 'Landing', {
      vpcName: names.prefix,
      ipAddresses: IpAddresses.cidr('10.0.0.0/16'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [
        { name: 'Landing', subnetType: SubnetType.PUBLIC, cidrMask: 18, mapPublicIpOnLaunch: true },
      ],
      // An emulator has no rules to take away, and would have to run the CDK's own function for it.
      restrictDefaultSecurityGroup: !context.deploymentProof,
    });
    if (!context.deploymentProof) {
      const logGroup = new LogGroup(this, 'FlowLog', {
        logGroupName: `/the-cloud/${context.stage}/landing-network`,
        retention: context.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      vpc.addFlowLog('Rejected', {
        destination: FlowLogDestination.toCloudWatchLogs(logGroup),
        trafficType: FlowLogTrafficType.REJECT,
      });
    } else {
      acknowledge(vpc, 'An emulator without flow logs: docs/limits-of-emulators.md.', 'AwsSolutions-VPC7');
    }
    this.acknowledgeDefaultGroupFunction();

    share(this, names, 'LandingVpcId', vpc.vpcId, 'Landing VPC');
    vpc.publicSubnets.forEach((subnet, index) => {
      const number = (index + 1) as 1 | 2;
      share(this, names, `LandingSubnetId${number}`, subnet.subnetId, `Landing subnet ${number}`);
      share(
        this,
        names,
        `LandingSubnetZone${number}`,
        subnet.availabilityZone,
        `Zone of landing subnet ${number}`,
      );
    });
  }

  /** The CDK's own function, run once by a deployment, that takes away the default group's rules. */
  private acknowledgeDefaultGroupFunction(): void {
    const provider = this.node.tryFindChild('Custom::VpcRestrictDefaultSGCustomResourceProvider');
    if (!provider) return;
    acknowledge(
      provider,
      'The CDK’s own function, run by CloudFormation once; its settings are not ours to choose.',
      'AwsSolutions-IAM4',
      'AwsSolutions-IAM5',
      'AwsSolutions-L1',
      'Serverless-LambdaDLQ',
      'Serverless-LambdaAsyncFailureDestination',
      'Serverless-LambdaTracing',
      'Serverless-LambdaDefaultMemorySize',
      'Serverless-LambdaLatestVersion',
    );
  }
}
