import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CreateVpcCommand, DescribeVpcsCommand, EC2Client, StartInstancesCommand } from '@aws-sdk/client-ec2';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { awsClient } from '../../../../../lib/platform/aws/client.ts';
import { createEc2 } from '../../../../../local/aws/ec2/index.ts';
import { createStandInHost, type StandInHost } from '../../../../../local/aws/host.ts';
import { createSts } from '../../../../../local/aws/sts/index.ts';
import { VirtualTimers } from '../../../../../local/clock.ts';

const timers = new VirtualTimers();
const context = {
  timers,
  database: new DatabaseSync(':memory:'),
  limits: 'roomy' as const,
  emit: async () => undefined,
};
const sts = createSts(context);
const ec2 = createEc2(context);
let host: StandInHost;

beforeAll(async () => {
  host = await createStandInHost({
    standIns: [sts, ec2],
    identify: (accessKeyId, region) =>
      accessKeyId === 'AKIAOWN'
        ? { account: '000000000000', region, arn: 'arn:aws:iam::000000000000:user/own' }
        : sts.controls.findCaller(accessKeyId, region),
  });
  vi.stubEnv('CLOUD_SDK_PLUGIN', join(import.meta.dirname, '../../../../../local/sdk-plugin.ts'));
  vi.stubEnv('CLOUD_LOCAL_HOST', host.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAOWN');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  vi.stubEnv('AWS_REGION', 'us-east-1');
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await host.close();
  ec2.close?.();
});

it('works in another account with the credentials of a role there, until they expire', async () => {
  const own = awsClient(EC2Client, 'EC2');
  const { Credentials } = await awsClient(STSClient, 'STS').send(
    new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::111111111111:role/workload', RoleSessionName: 'cloud' }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
  expect(
    await awsClient(STSClient, 'STS', { credentials }).send(new GetCallerIdentityCommand({})),
  ).toMatchObject({
    Account: '111111111111',
    Arn: 'arn:aws:sts::111111111111:assumed-role/workload/cloud',
  });

  const workload = awsClient(EC2Client, 'EC2', { credentials });
  const vpcs = async (client: EC2Client) => (await client.send(new DescribeVpcsCommand({}))).Vpcs ?? [];
  await workload.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  expect(await vpcs(workload)).toMatchObject([{ OwnerId: '111111111111' }]);
  expect(await vpcs(own)).toEqual([]);

  timers.advance(3_600_000);
  await expect(vpcs(workload)).rejects.toMatchObject({ name: 'AuthFailure' });
});

it('brings EC2’s errors to the caller', async () => {
  await expect(
    awsClient(EC2Client, 'EC2').send(new StartInstancesCommand({ InstanceIds: ['i-0123456789abcdef0'] })),
  ).rejects.toMatchObject({
    name: 'InvalidInstanceID.NotFound',
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
  });
});
