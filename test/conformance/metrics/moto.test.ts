import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { awsClient } from '../../../lib/platform/aws/client.ts';
import { clientSettings, startMotoServer } from '../compute/moto-cloud.ts';
import { metricsSuite } from './suite.ts';

// moto does not know how to switch detailed monitoring, so that is held on the stand-in alone.
metricsSuite('moto', async () => {
  const { url, stop } = await startMotoServer();
  return { cloudWatch: awsClient(CloudWatchClient, 'CLOUDWATCH', clientSettings(url)), stop };
});
