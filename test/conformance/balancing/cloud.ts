import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeInstancesCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { userDataOf } from '../../../lib/services/instances/workload.ts';
import { eventually } from '../../support/eventually.ts';

/** A place where EC2 and Elastic Load Balancing answer: what the suite needs of it, whoever it is. */
export interface Cloud {
  ec2: EC2Client;
  elb: ElasticLoadBalancingV2Client;
  ssm: SSMClient;
  stop(): Promise<void>;
}

/** A network that balancers can stand in. */
export interface Network {
  vpcId: string;
  cidrBlock: string;
  /** In two zones. */
  subnetIds: string[];
}

/** A VPC with an internet gateway and a subnet in each of two zones. */
export const makeNetwork = async ({ ec2 }: Pick<Cloud, 'ec2'>): Promise<Network> => {
  const cidrBlock = '10.0.0.0/16';
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: cidrBlock }));
  const vpcId = Vpc?.VpcId ?? '';
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const gateway = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ VpcId: vpcId, InternetGatewayId: gateway }));
  const subnetIds: string[] = [];
  for (const [index, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: vpcId, CidrBlock: `10.0.${index}.0/24`, AvailabilityZone: zone }),
    );
    subnetIds.push(Subnet?.SubnetId ?? '');
  }
  return { vpcId, cidrBlock, subnetIds };
};

const image = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64';

/** Launches a machine that answers HTTP with its name on port 8080, where the cloud runs workloads, and waits until it runs. */
export const launchEcho = async (
  { ec2, ssm }: Pick<Cloud, 'ec2' | 'ssm'>,
  { subnetIds }: Network,
  name = 'echo',
): Promise<string> => {
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name: image }));
  const userData = userDataOf({ name, image: 'http-echo', ports: '8080:80' }, undefined) ?? '';
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: Parameter?.Value,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetIds[0],
      UserData: Buffer.from(userData).toString('base64'),
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
    }),
  );
  const id = Instances?.[0]?.InstanceId ?? '';
  await eventually(`${id} runs`, async () => {
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    return Reservations?.[0]?.Instances?.[0]?.State?.Name === 'running';
  });
  return id;
};
