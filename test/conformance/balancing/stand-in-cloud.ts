import { DatabaseSync } from 'node:sqlite';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { SSMClient } from '@aws-sdk/client-ssm';
import { attachPlugin, awsClient } from '../../../lib/platform/aws/client.ts';
import { createEc2, type Ec2Controls, publicParameters } from '../../../local/aws/ec2/index.ts';
import { createElbv2, type Elbv2Controls, ec2View } from '../../../local/aws/elbv2/index.ts';
import { createStandInHost } from '../../../local/aws/host.ts';
import { createSsm } from '../../../local/aws/ssm/index.ts';
import type { StandInContext } from '../../../local/aws/stand-in.ts';
import { realTimers } from '../../../local/clock.ts';
import { createPlugin } from '../../../local/sdk-plugin.ts';
import type { Cloud } from './cloud.ts';

export interface StandInCloud extends Cloud {
  machines: Ec2Controls;
  balancers: Elbv2Controls;
}

/** The engine's own EC2 and Elastic Load Balancing, reached over loopback just as a function does. */
export const startStandIn = async (
  options: { provisioningMilliseconds?: number; probeMilliseconds?: number } = {},
): Promise<StandInCloud> => {
  const context: StandInContext = {
    timers: realTimers,
    database: new DatabaseSync(':memory:'),
    limits: 'roomy',
    emit: async () => undefined,
  };
  const ec2StandIn = createEc2(context, {
    bootMilliseconds: 20,
    stopMilliseconds: 10,
    terminateMilliseconds: 10,
  });
  const elbStandIn = createElbv2(context, {
    ec2: ec2View(ec2StandIn, context.database),
    provisioningMilliseconds: 20,
    probeMilliseconds: 30,
    ...options,
  });
  await elbStandIn.ready();
  const host = await createStandInHost({
    standIns: [ec2StandIn, elbStandIn, createSsm(context, { publicParameters })],
    identify: () => ({
      account: '000000000000',
      region: 'us-east-1',
      arn: 'arn:aws:iam::000000000000:role/test',
    }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const ec2 = awsClient(EC2Client, 'EC2', { credentials });
  const elb = awsClient(ElasticLoadBalancingV2Client, 'ELASTIC_LOAD_BALANCING_V2', { credentials });
  const ssm = awsClient(SSMClient, 'SSM', { credentials });
  for (const client of [ec2, elb, ssm]) attachPlugin(client, () => plugin);
  return {
    ec2,
    elb,
    ssm,
    machines: ec2StandIn.controls,
    balancers: elbStandIn.controls,
    stop: async () => {
      elbStandIn.close?.();
      ec2StandIn.close?.();
      await host.close();
      context.database.close();
    },
  };
};
