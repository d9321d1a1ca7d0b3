import { DatabaseSync } from 'node:sqlite';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { attachPlugin, awsClient } from '../../../lib/platform/aws/client.ts';
import { createCloudWatch } from '../../../local/aws/cloudwatch/index.ts';
import { createStandInHost } from '../../../local/aws/host.ts';
import { realTimers } from '../../../local/clock.ts';
import { createPlugin } from '../../../local/sdk-plugin.ts';
import { metricsSuite } from './suite.ts';

metricsSuite('the stand-in', async () => {
  const database = new DatabaseSync(':memory:');
  const standIn = createCloudWatch(
    { timers: realTimers, database, limits: 'default' },
    { loadOf: () => undefined },
  );
  const host = await createStandInHost({
    standIns: [standIn],
    identify: () => ({
      account: '000000000000',
      region: 'us-east-1',
      arn: 'arn:aws:iam::000000000000:role/test',
    }),
  });
  const plugin = createPlugin({ CLOUD_LOCAL_HOST: host.url, AWS_ACCESS_KEY_ID: 'test' });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const cloudWatch = awsClient(CloudWatchClient, 'CLOUDWATCH', { credentials });
  attachPlugin(cloudWatch, () => plugin);
  return {
    cloudWatch,
    stop: async () => {
      await host.close();
      database.close();
    },
  };
});
