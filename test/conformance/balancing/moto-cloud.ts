import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { clientSettings, startMotoServer } from '../compute/moto-cloud.ts';
import type { Cloud } from './cloud.ts';

/** EC2 and Elastic Load Balancing as moto has them. */
export const startMoto = async (): Promise<Cloud> => {
  const { url, stop } = await startMotoServer();
  const settings = clientSettings(url);
  return {
    ec2: awsClient(EC2Client, 'EC2', settings),
    elb: awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', settings),
    ssm: awsClient(SSMClient, 'SSM', settings),
    stop,
  };
};
