import { CreateSubnetCommand, CreateVpcCommand, type EC2Client } from '@aws-sdk/client-ec2';
import type { Cloud } from './cloud.ts';

/** A VPC with a subnet in each of two zones, as the platform's own network is. @param prefix of the subnets' ranges */
export const createLandingNetwork = async (
  ec2: EC2Client,
  prefix = 24,
): Promise<Pick<Cloud, 'vpcId' | 'subnets'>> => {
  const step = 2 ** (24 - prefix);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const vpcId = Vpc?.VpcId as string;
  const subnets = [];
  for (const [index, zone] of ['us-east-1a', 'us-east-1b'].entries()) {
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({
        VpcId: vpcId,
        CidrBlock: `10.0.${index * step}.0/${prefix}`,
        AvailabilityZone: zone,
      }),
    );
    subnets.push({ subnetId: Subnet?.SubnetId as string, zone });
  }
  return { vpcId, subnets };
};
