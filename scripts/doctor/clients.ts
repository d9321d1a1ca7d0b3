import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { awsClient } from '../../lib/platform/aws/client.ts';

/** The clients that the checks use, for the region in `AWS_REGION` (us-east-1 if it is not set). */
export const createClients = () => ({
  ec2: awsClient(EC2Client, 'EC2'),
  balancing: awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2'),
  quotas: awsClient(ServiceQuotasClient, 'SERVICE_QUOTAS'),
  ses: awsClient(SESv2Client, 'SESV2'),
  ssm: awsClient(SSMClient, 'SSM'),
  sts: awsClient(STSClient, 'STS'),
});

export type Clients = ReturnType<typeof createClients>;
